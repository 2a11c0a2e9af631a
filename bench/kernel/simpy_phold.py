"""PHOLD in SimPy: a process per event in flight. usage: simpy_phold.py PROCESSES EVENTS"""
import json
import random
import sys
import time

import simpy

processes, events = int(sys.argv[1]), int(sys.argv[2])
draw = random.Random(12345)
visits = [0] * processes
done = [0]
environment = simpy.Environment()
finished = environment.event()


def message():
    while True:
        yield environment.timeout(0.1 + draw.expovariate(1 / 0.9))
        visits[draw.randrange(processes)] += 1
        done[0] += 1
        if done[0] == events:
            finished.succeed()


for _ in range(processes):
    environment.process(message())
start = time.process_time()
environment.run(finished)
seconds = time.process_time() - start
print(json.dumps({"queue": "simpy", "rate": round(events / seconds), "seconds": seconds}))
