// PHOLD: every event begets one event, for a uniform target, after 0.1 + Exp(0.9). usage: phold QUEUE PROCESSES EVENTS
#include "queues.hpp"

template <class Queue>
void run(const char* name, uint32_t processes, uint64_t events) {
  double before = memory("VmRSS:");
  Sfc32 draw(12345);
  std::vector<uint32_t> visits(processes, 0);
  Queue queue(processes);
  for (uint32_t i = 0; i < processes; i++) queue.push(0.1 + 0.9 * draw.exponential(), i);
  uint32_t hash = 0;
  double start = cpuSeconds();
  for (uint64_t k = 0; k < events; k++) {
    queue.pop();
    visits[queue.datum]++;
    hash = (hash ^ queue.datum) * 16777619u;
    uint32_t target = draw.below(processes);
    queue.push(queue.time + (0.1 + 0.9 * draw.exponential()), target);
  }
  double seconds = cpuSeconds() - start;
  printf("{\"queue\":\"%s\",\"rate\":%.0f,\"seconds\":%.4f,\"hash\":%u,\"bytes\":%.0f}\n", name, events / seconds,
         seconds, hash, memory("VmHWM:") - before);
}

int main(int, char** words) {
  std::string queue = words[1];
  if (queue == "ladder") run<Ladder>("ladder", atoi(words[2]), atoll(words[3]));
  else run<StandardQueue>("standard", atoi(words[2]), atoll(words[3]));
}
