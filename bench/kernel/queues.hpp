// The native side of the kernel benchmark: the same random numbers, events and order as the kernel, in C++.
// A ladder queue (far list, 1,024 bins of 32-record chunks, one sorted run, a heap for late arrivals) and, beside it,
// std::priority_queue, which is what a C++ program usually takes. Both order events by (time, serial).
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <queue>
#include <string>
#include <vector>

struct Sfc32 {
  uint32_t a, b, c, counter = 1;
  explicit Sfc32(uint32_t seed) {
    auto split = [&seed] {
      seed += 0x9e3779b9u;
      uint32_t x = seed;
      x = (x ^ (x >> 16)) * 0x21f0aaadu;
      x = (x ^ (x >> 15)) * 0x735a2d97u;
      return x ^ (x >> 15);
    };
    a = split(), b = split(), c = split();
    for (int i = 0; i < 12; i++) next();
  }
  uint32_t next() {
    uint32_t sum = a + b + counter++;
    a = b ^ (b >> 9), b = c + (c << 3), c = (c << 21 | c >> 11) + sum;
    return sum;
  }
  double unit() { return (next() + 0.5) * 0x1p-32; }
  double exponential() { return -std::log(unit()); }
  uint32_t below(uint32_t n) { return uint32_t((uint64_t(next()) * n) >> 32); }
};

inline double cpuSeconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

// A line of /proc/self/status, in bytes; 0 where there is no such file.
inline double memory(const char* name) {
  FILE* file = fopen("/proc/self/status", "r");
  if (!file) return 0;
  char line[256];
  double bytes = 0;
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, name, strlen(name))) bytes = atof(line + strlen(name) + 1) * 1024;
  fclose(file);
  return bytes;
}

// An event as one number: the bits of its time (doubles from 0 on order like their bits), its serial, its datum.
// Comparing two numbers compiles to conditional moves where comparing two fields would branch.
typedef unsigned __int128 Event;
inline Event event(double time, uint32_t serial, uint32_t datum) {
  uint64_t bits;
  memcpy(&bits, &time, 8);
  return Event(bits) << 64 | uint64_t(serial) << 32 | datum;
}
inline double timeOf(Event e) {
  uint64_t bits = uint64_t(e >> 64);
  double time;
  memcpy(&time, &bits, 8);
  return time;
}

struct StandardQueue {
  struct Item {
    double time;
    uint32_t serial, datum;
    bool operator<(const Item& other) const {
      return time > other.time || (time == other.time && serial > other.serial);
    }
  };
  std::priority_queue<Item> items;
  uint32_t serial = 0;
  double time = 0;
  uint32_t datum = 0;
  explicit StandardQueue(size_t) {}
  void push(double at, uint32_t what) { items.push({at, serial++, what}); }
  bool pop() {
    if (items.empty()) return false;
    time = items.top().time, datum = items.top().datum;
    items.pop();
    return true;
  }
  size_t size() const { return items.size(); }
};

struct Ladder {
  static constexpr int BINS = 1024, CHUNK = 32;
  std::vector<Event> records, far, run, dealt;
  std::vector<int32_t> following;
  std::vector<uint32_t> slots;
  std::priority_queue<Event, std::vector<Event>, std::greater<Event>> late;
  int32_t freeChunk = -1, first[BINS], last[BINS];
  uint32_t filled[BINS], count[BINS];
  size_t head = 0, inBins = 0;
  uint32_t serial = 0, epochSerial = 0;
  int current = BINS;
  double base = 0, width = 1, scale = 1, time = 0;
  uint32_t datum = 0;

  explicit Ladder(size_t capacity) {
    far.reserve(capacity + 16);
    for (int bin = 0; bin < BINS; bin++) first[bin] = -1, filled[bin] = CHUNK, count[bin] = 0;
  }
  size_t size() const { return run.size() - head + late.size() + inBins + far.size(); }

  void push(double at, uint32_t what) {
    Event e = event(at, serial++, what);
    double x = (at - base) * scale;
    if (x >= BINS || current == BINS) {
      far.push_back(e);
      return;
    }
    int bin = int(x);
    if (bin > current) append(bin, e);
    else {
      late.push(e);
      if (late.size() > 4096) relieve();
    }
  }
  bool pop() {
    Event e;
    if (head < run.size()) {
      e = run[head];
      if (!late.empty() && late.top() < e) e = late.top(), late.pop();
      else head++;
    } else if (!late.empty()) e = late.top(), late.pop();
    else {
      if (!advance()) return false;
      e = run[head++];
    }
    time = timeOf(e), datum = uint32_t(e);
    return true;
  }

  void append(int bin, Event e) {
    uint32_t at = filled[bin];
    if (at == CHUNK) {
      int32_t chunk = freeChunk;
      if (chunk >= 0) freeChunk = following[chunk];
      else chunk = int32_t(following.size()), following.push_back(-1), records.resize(records.size() + CHUNK);
      following[chunk] = -1;
      if (first[bin] < 0) first[bin] = chunk;
      else following[last[bin]] = chunk;
      last[bin] = chunk, at = 0;
    }
    records[size_t(last[bin]) * CHUNK + at] = e;
    filled[bin] = at + 1, count[bin]++, inBins++;
  }
  void take(int bin, std::vector<Event>& out) {
    uint32_t left = count[bin];
    for (int32_t chunk = first[bin]; chunk >= 0;) {
      uint32_t n = std::min<uint32_t>(left, CHUNK);
      const Event* from = &records[size_t(chunk) * CHUNK];
      out.insert(out.end(), from, from + n);
      left -= n;
      int32_t next = following[chunk];
      following[chunk] = freeChunk, freeChunk = chunk, chunk = next;
    }
    inBins -= count[bin], first[bin] = -1, filled[bin] = CHUNK, count[bin] = 0;
  }
  // Too many late arrivals: the bins are far too wide, so the epoch starts again.
  void relieve() {
    if (late.size() * 8 < size() || serial - epochSerial < size() / 2) return;
    far.insert(far.end(), run.begin() + head, run.end());
    run.clear(), head = 0;
    for (; !late.empty(); late.pop()) far.push_back(late.top());
    for (int bin = current + 1; bin < BINS; bin++)
      if (count[bin]) take(bin, far);
    current = BINS;
  }
  bool openEpoch() {
    if (far.empty()) return false;
    epochSerial = serial;
    std::vector<double> sample;
    size_t stride = 1 + far.size() / 4096;
    for (size_t i = 0; i < far.size(); i += stride) sample.push_back(timeOf(far[i]));
    double low = timeOf(*std::min_element(far.begin(), far.end()));
    std::nth_element(sample.begin(), sample.begin() + sample.size() / 2, sample.end());
    double half = sample[sample.size() / 2] - low, inBin = std::max(8.0, far.size() / 256.0);
    if (sample.size() < 8) width = half > 0 ? half / 4 : 1;
    else if (half > 0) width = half * inBin / (far.size() * 0.5);
    scale = 1 / width, base = low, current = -1;
    std::vector<Event> all;
    all.swap(far);
    far.reserve(all.size() / 4);
    for (Event e : all) {
      double x = (timeOf(e) - base) * scale;
      if (x >= BINS) far.push_back(e);
      else append(int(x), e);
    }
    return true;
  }
  bool advance() {
    run.clear(), head = 0;
    for (;;) {
      if (current == BINS && !openEpoch()) return false;
      while (++current < BINS)
        if (count[current]) {
          fillRun(current);
          return true;
        }
    }
  }
  void fillRun(int bin) {
    size_t n = count[bin];
    if (n <= 24) take(bin, run);
    else {
      dealt.clear();
      take(bin, dealt);
      size_t m = 32;
      while (m < n / 2 && m < 65536) m *= 2;
      double low = base + bin * width, perSlot = m * scale;
      auto slot = [&](Event e) {
        double x = (timeOf(e) - low) * perSlot;
        return x <= 0 ? size_t(0) : std::min(size_t(x), m - 1);
      };
      slots.assign(m + 1, 0), run.resize(n);
      for (Event e : dealt) slots[slot(e) + 1]++;
      for (size_t i = 0; i < m; i++) slots[i + 1] += slots[i];
      for (Event e : dealt) run[slots[slot(e)]++] = e;
    }
    size_t moves = 0;
    for (size_t i = 1; i < n; i++) {
      Event e = run[i];
      size_t j = i;
      for (; j && e < run[j - 1]; j--) run[j] = run[j - 1];
      run[j] = e, moves += i - j;
      if (moves > 64 * n) {
        std::sort(run.begin(), run.end());
        break;
      }
    }
  }
};
