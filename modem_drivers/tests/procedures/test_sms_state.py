"""What a modem says of SMS, and the proof that is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from modem_drivers.procedures.sms_state import SmsProof, read_sms_capability

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("creg", "cireg", "qcfg", "capability"),
    [
        ("+CREG: 2,1", "+CIREG: 0,0", None, "cs"),  # 27.007 7.2: home
        ("+CREG: 2,6", None, None, "cs"),  # SMS only, at home
        ("+CREG: 2,0", "+CIREG: 0,1", None, "ims"),  # 27.007 8.71
        ("+CREG: 2,0", None, '+QCFG: "ims",1,1', "ims"),  # Quectel, as remembered
        ("+CREG: 2,0", "+CIREG: 2,0", None, "none"),  # data may well work: no SMS
        ("+CREG: 2,0", None, None, "unknown"),
        (None, None, None, "unknown"),
    ],
)
def test_over_what_sms_can_arrive(creg, cireg, qcfg, capability, run, ec25):
    table = {**ec25, "AT+CREG?": creg, "AT+CIREG?": cireg, 'AT+QCFG="ims"': qcfg}

    async def work(modem, responder):
        return await read_sms_capability(modem)

    assert run(work, table) == capability


def test_a_proof_holds_for_24_hours_and_is_kept_with_its_zone():
    proof = SmsProof(NOW)
    assert proof.holds(NOW + timedelta(hours=24))
    assert not proof.holds(NOW + timedelta(hours=24, seconds=1))
    assert not proof.holds(NOW - timedelta(seconds=1))  # the clock went back
    assert proof.to_text() == "2026-11-25T08:00:00+00:00"
    assert SmsProof.of_text("2026-11-25T08:00:00+00:00\n") == proof
    assert SmsProof.of_text("2026-11-25T08:00:00") is None
    assert SmsProof.of_text("") is None
