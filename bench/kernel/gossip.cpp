// Push gossip: whoever hears the rumour first tells all neighbours, each after Exp(1). Every node arms a timer between
// 20 and 30 at time 0 and cancels it on first receipt. The ladder keeps timers in a wheel; std::priority_queue keeps them
// among the events and skips the cancelled ones. usage: gossip QUEUE ba|ws NODES
#include "queues.hpp"

struct Graph {
  std::vector<uint32_t> offsets, targets;
};

static Graph build(const std::string& family, uint32_t nodes) {
  Sfc32 draw(777);
  std::vector<uint32_t> ends;
  auto edge = [&ends](uint32_t a, uint32_t b) { ends.push_back(a), ends.push_back(b); };
  if (family == "ba") {
    const uint32_t links = 4;
    for (uint32_t i = 0; i <= links; i++)
      for (uint32_t j = 0; j < i; j++) edge(i, j);
    for (uint32_t i = links + 1; i < nodes; i++) {
      uint32_t picks[links], limit = uint32_t(ends.size());
      for (uint32_t k = 0; k < links; k++) {
        bool again;
        do {
          picks[k] = ends[draw.below(limit)], again = false;
          // The pick just made is compared with the earlier ones only.
          for (uint32_t other = 0; other < k; other++) again |= picks[other] == picks[k];
        } while (again);
      }
      for (uint32_t pick : picks) edge(i, pick);
    }
  } else {
    for (uint32_t i = 0; i < nodes; i++)
      for (uint32_t k = 1; k <= 4; k++) {
        uint32_t j = (i + k) % nodes;
        if (draw.next() * 0x1p-32 < 0.1)
          do j = draw.below(nodes);
          while (j == i);
        edge(i, j);
      }
  }
  Graph graph;
  graph.offsets.assign(nodes + 1, 0);
  for (uint32_t end : ends) graph.offsets[end + 1]++;
  for (uint32_t i = 0; i < nodes; i++) graph.offsets[i + 1] += graph.offsets[i];
  graph.targets.resize(ends.size());
  std::vector<uint32_t> at(graph.offsets.begin(), graph.offsets.end() - 1);
  for (size_t e = 0; e < ends.size(); e += 2) {
    graph.targets[at[ends[e]]++] = ends[e + 1];
    graph.targets[at[ends[e + 1]]++] = ends[e];
  }
  return graph;
}

static const uint32_t TIMER = 0x80000000u;

struct Wheel {
  static constexpr double STEP = 0.25;
  std::vector<int32_t> head, next, previous;
  std::vector<double> due;
  int64_t slot = 0;
  size_t armed = 0;
  explicit Wheel(uint32_t nodes) : head(256, -1), next(nodes), previous(nodes), due(nodes) {}
  void arm(int32_t node, double time) {
    int32_t list = int32_t(int64_t(time / STEP) & 255);
    due[node] = time, previous[node] = -1 - list, next[node] = head[list];
    if (head[list] >= 0) previous[head[list]] = node;
    head[list] = node, armed++;
  }
  void cancel(int32_t node) {
    int32_t p = previous[node], n = next[node];
    if (p >= 0) next[p] = n;
    else head[-1 - p] = n;
    if (n >= 0) previous[n] = p;
    armed--;
  }
  template <class Queue>
  void release(Queue& queue, double now) {
    for (int64_t to = int64_t(now / STEP); slot <= to; slot++)
      for (int32_t node; (node = head[slot & 255]) >= 0;) {
        cancel(node);
        queue.push(due[node], uint32_t(node) | TIMER);
      }
  }
};

template <class Queue, bool WHEEL>
void run(const char* name, const std::string& family, uint32_t nodes) {
  Graph graph = build(family, nodes);
  double before = memory("VmRSS:"), start = cpuSeconds();
  Sfc32 draw(12345);
  std::vector<uint8_t> state(nodes, 0);
  Queue queue(nodes);
  Wheel wheel(WHEEL ? nodes : 1);
  for (uint32_t i = 0; i < nodes; i++) {
    double time = 20 + 10 * draw.unit();
    if (WHEEL) wheel.arm(i, time);
    else queue.push(time, i | TIMER);
  }
  uint64_t deliveries = 0, cancelled = 0, fired = 0;
  uint32_t hash = 0;
  queue.push(0, 0);
  for (;;) {
    if (WHEEL && wheel.armed && queue.size() == 0) {
      wheel.release(queue, (wheel.slot + 1) * Wheel::STEP);
      if (queue.size() == 0) continue;
    }
    if (!queue.pop()) break;
    double now = queue.time;
    if (WHEEL && wheel.armed && int64_t(now / Wheel::STEP) >= wheel.slot) wheel.release(queue, now);
    uint32_t node = queue.datum & ~TIMER;
    if (queue.datum & TIMER) {
      if (!state[node]) state[node] = 2, fired++;
      continue;
    }
    deliveries++;
    hash = (hash ^ node) * 16777619u;
    if (state[node]) continue;
    state[node] = 1, cancelled++;
    if (WHEEL) wheel.cancel(node);
    for (uint32_t k = graph.offsets[node]; k < graph.offsets[node + 1]; k++)
      queue.push(now + draw.exponential(), graph.targets[k]);
  }
  double seconds = cpuSeconds() - start;
  printf("{\"queue\":\"%s\",\"rate\":%.0f,\"seconds\":%.4f,\"hash\":%u,\"deliveries\":%llu,\"cancelled\":%llu,"
         "\"fired\":%llu,\"bytes\":%.0f}\n",
         name, (deliveries + nodes) / seconds, seconds, hash, (unsigned long long)deliveries,
         (unsigned long long)cancelled, (unsigned long long)fired, memory("VmHWM:") - before);
}

int main(int, char** words) {
  std::string queue = words[1];
  if (queue == "ladder") run<Ladder, true>("ladder", words[2], atoi(words[3]));
  else run<StandardQueue, false>("standard", words[2], atoi(words[3]));
}
