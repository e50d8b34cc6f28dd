#!/usr/bin/env python3
"""Compares `retrograd bench` with PyTorch on this machine, both trained in turn in one run.

Each measurement is a process of its own. A round is one of ours and one of each mode of the peer;
the peer's best mode, by the median of its rounds, is what counts. Prints a Markdown table.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import shlex
import statistics
import subprocess
import sys
import time

NETS = ["lenet5", "mlp", "smallcnn", "resnet18", "resnet50", "cnnbigru"]
PEER = pathlib.Path(__file__).resolve().parent / "peers" / "pytorch_bench.py"
MODES = {
    "eager": [],
    "channels-last": ["--channels-last"],
    "compile": ["--compile"],
    "channels-last+compile": ["--channels-last", "--compile"],
    "graph": ["--graph"],
    "channels-last+graph": ["--channels-last", "--graph"],
}
ON_CPU = [mode for mode, options in MODES.items() if "--graph" not in options]
# Steps that a GPU is given before they are waited for.
BURST = 20
OURS = "ours"
# What both sides must have done alike for their numbers to be compared.
SAME = ["net", "batch", "precision", "threads", "burst"]
COLUMNS = ["net", "batch", "ours, images/s", "PyTorch, images/s", "ratio", "PyTorch's best mode",
           "ours, peak MiB", "PyTorch, peak MiB", "ratio", "ours, first step",
           "PyTorch, first step"]
# Prints what PyTorch knows of the GPU.
GPU = """
import json, subprocess, torch
driver = subprocess.run(
    ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"],
    capture_output=True, text=True).stdout.strip()
print(json.dumps({"gpu": torch.cuda.get_device_name(), "driver": driver,
                  "cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}))
"""
EXCEPTION = re.compile(r"[\w.]+(Error|Exception): ")
# Cores that other processes may use before the report says so.
QUIET = 0.1


class Failure(Exception):
    """A process that did not do what it should."""


def output(command):
    """What a command prints on standard output and standard error."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as e:
        raise Failure(f"{command[0]}: {e.strerror}") from e
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        # Of a Python traceback the exception, which advice may follow.
        told = next((line for line in reversed(lines) if EXCEPTION.match(line)), lines[-1])
        raise Failure(f"{shown(command)}: exit code {done.returncode}: {told}")
    return done.stdout.strip(), done.stderr.strip()


def shown(command):
    """A command as it is written down: the interpreter's name without its folder."""
    return shlex.join([pathlib.Path(command[0]).name, *command[1:]])


def commands(args, net):
    """The command of our side and of each of the peer's modes."""
    work = ["--net", net, "--precision", args.precision, "--threads", str(args.threads),
            "--seconds", f"{args.seconds:g}", "--burst", str(args.burst)]
    if args.batch is not None:
        work += ["--batch", str(args.batch)]
    ours = [args.java, "-jar", args.jar, "bench", *work, "--device", args.device, "--json"]
    peer = [args.python, os.path.relpath(PEER), *work,
            "--device", "cuda" if args.device == "cuda" else "cpu"]
    return {OURS: ours, **{mode: peer + MODES[mode] for mode in args.modes}}


def cpu_seconds():
    """CPU time used so far by all processes but our children that have ended; None if unknown."""
    try:
        with open("/proc/stat", encoding="utf-8") as stat:
            user, nice, system, _, _, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    except (OSError, ValueError):
        return None
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    return total - children.ru_utime - children.ru_stime


def measure(command):
    """One process: the JSON object it prints, and how many cores others used meanwhile."""
    before, begin = cpu_seconds(), time.monotonic()
    result = json.loads(output(command)[0].splitlines()[-1])
    after, end = cpu_seconds(), time.monotonic()
    others = None if before is None or after is None else (after - before) / (end - begin)
    return {"command": shown(command), "cores_used_by_others": others, "result": result}


def run_net(args, net):
    """All rounds of one network: every measurement, and what failed."""
    measurements, failures = [], {}
    for number in range(1, args.rounds + 1):
        for side, command in commands(args, net).items():
            if side in failures:
                continue
            print(f"{net}: round {number} of {args.rounds}: {side}", file=sys.stderr)
            try:
                measurements.append({"side": side, "round": number, **measure(command)})
            except (Failure, ValueError, IndexError) as e:
                if side == OURS:
                    raise Failure(f"{net}: {side}: {e}") from e
                print(f"{net}: {side} failed and is left out: {e}", file=sys.stderr)
                failures[side] = str(e)
    return measurements, failures


def median(measurements, side, field):
    """The median of a field over a side's rounds; None where it was not told."""
    values = [m["result"][field] for m in measurements if m["side"] == side]
    return None if None in values else statistics.median(values)


def compare(net, measurements, failures):
    """Our side against the peer's best mode, in medians over the rounds."""
    modes = {m["side"] for m in measurements} - {OURS} - set(failures)
    if not modes:
        raise Failure(f"{net}: expected a mode in which the peer works, got none")
    speeds = {mode: median(measurements, mode, "images_per_second") for mode in modes}
    best = max(speeds, key=speeds.get)
    work = {tuple(m["result"][f] for f in SAME) for m in measurements}
    if len(work) > 1:
        raise Failure(f"{net}: expected both sides to do the same work ({', '.join(SAME)}), got "
                      + " and ".join(map(str, sorted(work))))
    row = {"net": net, "batch": measurements[0]["result"]["batch"], "peer_mode": best}
    for field in ["images_per_second", "peak_rss_mb", "first_step_s"]:
        ours, peer = (median(measurements, side, field) for side in (OURS, best))
        ratio = None if ours is None or peer is None else ours / peer
        row[field] = {"ours": ours, "peer": peer, "ratio": ratio}
    row["peer_modes"] = speeds
    row["most_cores_used_by_others"] = max(
        (m["cores_used_by_others"] or 0 for m in measurements), default=0)
    row["failures"] = failures
    return row


def number(value, unit=""):
    """Three significant digits, whole from 100 on."""
    if value is None:
        return "?"
    text = f"{value:,.0f}" if value >= 100 else f"{value:#.3g}"
    return text.rstrip(".") + unit


def table(rows):
    """The rows in Markdown."""
    lines = [COLUMNS, ["---"] * len(COLUMNS)]
    for row in rows:
        speed, memory, first = (
            row[f] for f in ("images_per_second", "peak_rss_mb", "first_step_s"))
        lines.append([
            row["net"], str(row["batch"]),
            number(speed["ours"]), number(speed["peer"]), number(speed["ratio"]),
            row["peer_mode"],
            number(memory["ours"]), number(memory["peer"]), number(memory["ratio"]),
            number(first["ours"], " s"), number(first["peer"], " s")])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def print_report(args, described, rows):
    """What was measured where, the table, and whether the machine was quiet."""
    if "gpu" in described:
        print(f"{described['gpu']}, CUDA {described['cuda']}, cuDNN {described['cudnn']}")
    print(f"{described['cpu']}, {args.threads} threads on {described['cores']} cores,"
          f" {args.precision}, {described['jdk']}, PyTorch {described['torch']};"
          f" median of {args.rounds} rounds of {args.seconds:g} s\n")
    print(table(rows))
    others = max(row["most_cores_used_by_others"] for row in rows)
    if others > QUIET:
        print(f"\nOther processes used up to {others:.1f} cores meanwhile, which slows both sides,"
              " not equally; repeat it on an idle machine.")


def machine(args):
    """What the numbers depend on."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            model = next(
                (line.partition(":")[2].strip() for line in info if line.startswith("model name")),
                model)
    except OSError:
        pass
    gpu = {}
    if args.device == "cuda":
        gpu = json.loads(output([args.python, "-c", GPU])[0])
    return {
        **gpu,
        "cpu": model,
        "cores": cores(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "system": f"{platform.system()} {platform.release()}",
        "jdk": java_version(args.java),
        "torch": output([args.python, "-c", "import torch; print(torch.__version__)"])[0],
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


def java_version(java):
    """The line that names the version, as in: openjdk version "17.0.15" 2025-04-15."""
    lines = output([java, "-version"])[1].splitlines()
    return next((line for line in lines if " version " in line), "unknown")


def cores():
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--java", default="java", help="default: java")
    parser.add_argument("--jar", default="target/retrograd.jar", help="default: %(default)s")
    parser.add_argument("--python", default=sys.executable, help="an interpreter with torch")
    parser.add_argument("--nets", nargs="+", default=["lenet5", "smallcnn", "resnet18"],
                        choices=NETS, metavar="NET", help=", ".join(NETS))
    parser.add_argument("--modes", nargs="+", choices=MODES, metavar="MODE",
                        help="the peer's: " + ", ".join(MODES) + "; default: all there are")
    parser.add_argument("--precision", default="float32",
                        help="float32, float64, bf16 on a CPU, tf32 on a GPU")
    parser.add_argument("--device", default="cpu", choices=["cpu", "reference", "cuda"],
                        help="ours; the peer computes on the same, or the CPU")
    parser.add_argument("--burst", type=int,
                        help=f"steps that are waited for at once; default: 1, on a GPU {BURST}")
    parser.add_argument("--batch", type=int, help="of all nets; default: each net's own")
    parser.add_argument("--seconds", type=float, default=10, help="of each process")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="of both sides; 0: one a core")
    parser.add_argument("--out", help="also write every measurement to this JSON file")
    args = parser.parse_args()
    if args.rounds < 1:
        parser.error(f"--rounds: expected 1 or more, got {args.rounds}")
    if not os.path.exists(args.jar):
        parser.error(f"--jar: expected {args.jar}, found nothing; build it with"
                     " mvn -q -DskipTests package")
    if args.out and not pathlib.Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: expected an existing folder for {args.out}")
    args.threads = args.threads or cores()
    on_gpu = args.device == "cuda"
    args.modes = args.modes or (list(MODES) if on_gpu else ON_CPU)
    args.burst = args.burst or (BURST if on_gpu else 1)
    return args


def write(args, report):
    """Writes the report, complete up to the network just done."""
    if args.out:
        pathlib.Path(args.out).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def run(args):
    """All networks; returns what went wrong on our side, one line a network."""
    report = {
        "machine": machine(args),
        "settings": {"rounds": args.rounds, "seconds": args.seconds, "threads": args.threads,
                     "burst": args.burst},
        "nets": [],
    }
    write(args, report)
    rows, problems = [], []
    for net in args.nets:
        try:
            measurements, failures = run_net(args, net)
            rows.append(compare(net, measurements, failures))
        except Failure as e:
            problems.append(str(e))
            continue
        report["nets"].append({"summary": rows[-1], "measurements": measurements})
        write(args, report)
    if rows:
        print_report(args, report["machine"], rows)
    return problems


def main():
    args = arguments()
    try:
        problems = run(args)
    except (Failure, OSError) as e:
        problems = [str(e)]
    if problems:
        sys.exit("\n".join("compare: " + problem for problem in problems))


if __name__ == "__main__":
    main()
