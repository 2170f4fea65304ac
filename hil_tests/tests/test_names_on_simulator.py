"""Every source of the name on a simulated modem, with its age; and whether SMS can arrive there."""

import asyncio
import time

import pytest

from hil_tests.bench.modem_programs import running_modems
from modem_drivers.modem import Modem
from modem_drivers.procedures.names import NamedBy, NameWatch
from modem_drivers.procedures.sms_state import read_sms_capability

LIMIT_S = 40


def on_modem(work, tmp_path, profile):
    async def main():
        async with asyncio.timeout(LIMIT_S), running_modems(tmp_path, [profile]) as (port,):
            watch = NameWatch(time.time_ns)
            modem = await Modem.open(str(port), on_urc=watch.heard)
            try:
                return await work(modem, watch)
            finally:
                modem.close()

    return asyncio.run(main())


def test_all_sources_with_their_ages(tmp_path):
    names = {"nitz_after_s": 4.0, "spdi": ["51001", "51010"], "opl": True, "cphs_full": "Telkomsel C"}
    names["pnn"] = [["Nama PNN", "PNN"], ["Lain", ""]]
    profile = {"plmn": "51010", "name_full": "#PemiluDamai2024", "name_short": "PEMILU", "spn": "TELKOMSEL"}

    async def work(modem, watch):
        assert await watch.prepare(modem)
        before = await watch.collect(modem)
        while watch.age_s is None:
            await asyncio.sleep(0.01)
        return before, await watch.collect(modem)

    before, after = on_modem(work, tmp_path, {**profile, "network": {"names": names}})
    card = {
        NamedBy(kind="spn", text="TELKOMSEL", display=1, plmns=("51001", "51010")),
        NamedBy(kind="pnn", text="Nama PNN", plmns=("51010",)),
        NamedBy(kind="cphs", text="Telkomsel C"),
    }
    assert card <= set(before)
    assert {source.age_s for source in before} == {None}  # nothing was heard of yet: not known
    fresh = {source.kind: source for source in after}
    assert fresh["nitz_full"].text == fresh["cops_long"].text == "#PemiluDamai2024"
    assert fresh["nitz_short"].text == "PEMILU"
    assert 0 <= fresh["nitz_full"].age_s < LIMIT_S
    assert card <= set(after)


@pytest.mark.parametrize(("path", "capability"), [("sgs", "cs"), ("ims", "ims"), ("none", "none")])
def test_over_what_sms_can_arrive(path, capability, tmp_path):
    async def work(modem, watch):
        return await read_sms_capability(modem)

    assert on_modem(work, tmp_path, {"network": {"sms": path}}) == capability
