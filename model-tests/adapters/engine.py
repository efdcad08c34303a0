#!/usr/bin/env python3
"""A small engine in Python, to be copied: `harness engine -- python3 model-tests/adapters/engine.py` proves it.

It decides by asking `harness decide`, which is told of every event that is stored. Its store is one file: a line for each
batch, with the request that caused it, so that a batch and its request are there together or not at all.
"""
import json
import os
import subprocess
import sys
from datetime import datetime, timezone

CRASH_POINTS = ["before_append", "after_append", "after_publish"]


class Core:
    """The core, over a pipe. The variable HARNESS names its program; `harness engine` sets it."""

    def __init__(self):
        command = [os.environ.get("HARNESS", "target/release/harness"), "decide"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer and "outcome" not in answer:
            raise RuntimeError(answer["error"]["message"])
        return answer


class Engine:
    def __init__(self, folder):
        self.core = Core()
        self.events = []
        self.answered = {}  # the number of the last event of each request's batch
        self.subscribers = {}  # the id of each subscription, with the number of the last event that was told
        self.armed = {}  # how many more times each crash point is passed before the engine ends there
        self.log = open(os.path.join(folder, "log.jsonl"), "a+b")
        self.recover(folder)

    def recover(self, folder):
        """Reads the log, cuts off what a crash has torn, and interrupts what it has left running."""
        self.log.seek(0)
        whole = 0
        for line in self.log:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            self.take(json.loads(line))
        self.log.truncate(whole)
        directory = os.open(folder, os.O_RDONLY)
        os.fsync(directory)  # or a power cut could take the file itself
        os.close(directory)
        self.core.ask(events=self.events)
        for turn in self.core.ask(read="active_turns")["active_turns"]:
            self.dispatch(None, {"type": "interrupt_turn", "at": now(), **turn})

    def dispatch(self, request, command):
        if request in self.answered:
            return {"outcome": "accepted", "sequence": self.answered[request]}
        answer = self.core.ask(command=command, stored_at=now())
        if answer["outcome"] == "rejected":
            return answer
        batch = {"request": request, "events": answer["events"]}
        self.pass_point("before_append")
        self.log.write(json.dumps(batch).encode() + b"\n")
        self.log.flush()
        os.fsync(self.log.fileno())  # nobody is told of anything before this
        self.pass_point("after_append")
        self.take(batch)
        self.publish()
        self.pass_point("after_publish")
        return {"outcome": "accepted", "sequence": answer["sequence"]}

    def take(self, batch):
        self.events += batch["events"]
        if batch["request"] is not None:
            self.answered[batch["request"]] = self.events[-1]["sequence"]

    def publish(self):
        for subscription, told in self.subscribers.items():
            for event in self.events[told:]:
                say(subscription, event=event)
            self.subscribers[subscription] = len(self.events)

    def pass_point(self, point):
        self.armed[point] = self.armed.get(point, 0) - 1
        if self.armed[point] == 0:
            os.abort()


def now():
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


def say(request, **reply):
    print(json.dumps({"id": request, **reply}), flush=True)


def main():
    engine = None
    for line in sys.stdin:
        request = json.loads(line)
        op, number = request["op"], request["id"]
        if op == "open":
            engine = Engine(request["folder"])
            traits = {"crash_points": CRASH_POINTS, "deduplicates": True, "recovers": True}
            say(number, protocol=1, sequence=len(engine.events), **traits)
        elif op == "dispatch":
            say(number, **engine.dispatch(number, request["command"]))
        elif op == "log":
            say(number, events=engine.events[request["after"]:][:request["limit"]])
        elif op == "model":
            say(number, **engine.core.ask(read=True))
        elif op == "subscribe":
            engine.subscribers[number] = request["after"]
            engine.publish()
        elif op == "crash_at":
            engine.armed[request["point"]] = request["hits"]
            say(number)
        else:
            say(number, unsupported=True)


if __name__ == "__main__":
    main()
