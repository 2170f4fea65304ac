"""What is read of the machine from proc(5)."""

from hil_tests.bench.machine import Watch, cpu_model, cpu_times, shares_pct

BEFORE = "cpu  100 0 50 1000 10 0 5 0 0 0\ncpu0 1 2 3\n"
AFTER = "cpu  160 0 70 1080 20 5 15 15 0 0\ncpu0 1 2 3\n"


def test_busy_and_stolen_shares():
    # 60 user, 20 system, 80 idle, 10 iowait, 5 irq, 10 softirq, 15 stolen = 200
    assert shares_pct(cpu_times(BEFORE), cpu_times(AFTER)) == (47.5, 7.5)


def test_the_processors_name_on_both_kinds_of_machine():
    assert cpu_model("processor\t: 0\nmodel name\t: AMD EPYC\n") == "AMD EPYC"
    assert (
        cpu_model("processor\t: 0\nModel\t\t: Raspberry Pi 4 Model B Rev 1.4\n")
        == "Raspberry Pi 4 Model B Rev 1.4"
    )


def test_a_watch_tells_about_this_machine():
    with Watch() as watch:
        pass
    seen = watch.machine()
    assert seen.cpus >= 1
    assert "steal" in seen.words()
