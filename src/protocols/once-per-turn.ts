/** Tells whether an agent meets a sender for the first time in a round: an envelope may arrive more than once. */
export function oncePerTurn(agents: number): (agent: number, round: number, from: number) => boolean {
  const metIn = new Float64Array(agents).fill(-1);
  return (agent, round, from) => {
    const turn = round * agents + agent;
    if (metIn[from] === turn) return false;
    metIn[from] = turn;
    return true;
  };
}
