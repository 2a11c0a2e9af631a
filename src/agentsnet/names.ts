import type { Stream } from '../kernel/stream.ts';

/**
 * The 200 names an agent can have: the 100 most common male and the 100 most common female given names in the
 * United States over a century (Social Security Administration), in the order of the benchmark's own list
 * (AgentsNet, MIT licence, utils.py). A message is only accepted when its keys are among them. Some begin
 * like others (Daniel, Danielle; Jose, Joseph; Ann, Anna), which the benchmark's reader of answers confuses.
 */
export const names: readonly string[] = `
  James Michael Robert John David William Richard Joseph Thomas Christopher
  Charles Daniel Matthew Anthony Mark Donald Steven Andrew Paul Joshua
  Kenneth Kevin Brian Timothy Ronald George Jason Edward Jeffrey Ryan
  Jacob Nicholas Gary Eric Jonathan Stephen Larry Justin Scott Brandon
  Benjamin Samuel Gregory Alexander Patrick Frank Raymond Jack Dennis Jerry
  Tyler Aaron Jose Adam Nathan Henry Zachary Douglas Peter Kyle
  Noah Ethan Jeremy Christian Walter Keith Austin Roger Terry Sean
  Gerald Carl Dylan Harold Jordan Jesse Bryan Lawrence Arthur Gabriel
  Bruce Logan Billy Joe Alan Juan Elijah Willie Albert Wayne
  Randy Mason Vincent Liam Roy Bobby Caleb Bradley Russell Lucas
  Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Karen Sarah
  Lisa Nancy Sandra Betty Ashley Emily Kimberly Margaret Donna Michelle
  Carol Amanda Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia Dorothy
  Amy Kathleen Angela Shirley Emma Brenda Pamela Nicole Anna Samantha
  Katherine Christine Debra Rachel Carolyn Janet Maria Olivia Heather Helen
  Catherine Diane Julie Victoria Joyce Lauren Kelly Christina Ruth Joan
  Virginia Judith Evelyn Hannah Andrea Megan Cheryl Jacqueline Madison Teresa
  Abigail Sophia Martha Sara Gloria Janice Kathryn Ann Isabella Judy
  Charlotte Julia Grace Amber Alice Jean Denise Frances Danielle Marilyn
  Natalie Beverly Diana Brittany Theresa Kayla Alexis Doris Lori Tiffany
`
  .trim()
  .split(/\s+/);

/**
 * Draws the names of n agents without replacement. The benchmark ends at 100 agents; beyond 200 the drawn
 * order is gone through again with a number added: `James-2` for the 201st if James came first, `James-3` for
 * the 401st.
 */
export function drawNames(n: number, random: Stream): string[] {
  const pool = random.shuffle([...names]);
  return Array.from({ length: n }, (_, agent) => {
    const name = pool[agent % pool.length]!;
    const turn = Math.floor(agent / pool.length) + 1;
    return turn === 1 ? name : `${name}-${turn}`;
  });
}
