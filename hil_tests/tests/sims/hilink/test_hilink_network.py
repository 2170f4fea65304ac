"""What the network does to a stick, as its answers show it."""

import re

from hil_tests.sims.network.profile import Incoming
from hil_tests.sims.network.settings import CardSetting, ModeStep, Reject

LIST = (
    "<PageIndex>1</PageIndex><ReadCount>50</ReadCount><BoxType>1</BoxType>"
    "<SortType>0</SortType><Ascending>0</Ascending><UnreadPreferred>0</UnreadPreferred>"
)
PIN = (
    "<OperateType>{kind}</OperateType><CurrentPin>{pin}</CurrentPin><NewPin>{new}</NewPin>"
    "<PukCode>{puk}</PukCode>"
)


def element(body, name):
    (text,) = re.findall(f"<{name}>(.*?)</{name}>", body, re.DOTALL)
    return text


def elements(client, path, *names):
    body = client.get(path)
    return tuple(element(body, name) for name in names)


def test_without_a_card(hands):
    client = hands(card=CardSetting(state="absent")).begin()
    assert elements(client, "pin/status", "SimState") == ("255",)  # RaspAP: 255 no SIM
    assert elements(client, "monitoring/status", "SimStatus", "ServiceStatus", "ConnectionStatus") == (
        "255",
        "0",
        "902",
    )
    assert elements(client, "device/information", "Imsi", "Iccid") == ("", "")


def test_the_pin_opens_the_card_and_a_wrong_one_costs_a_try(hands):
    client = hands(card=CardSetting(state="pin")).begin()
    shown = ("SimState", "PinOptState", "SimPinTimes", "SimPukTimes")
    assert elements(client, "pin/status", *shown) == ("260", "259", "3", "10")  # RaspAP: 260 PIN required
    wrong, right = (PIN.format(kind=0, pin=pin, new="", puk="") for pin in ("0000", "1234"))
    assert "112001" in client.post("pin/operate", wrong)
    assert elements(client, "pin/status", *shown) == ("260", "259", "2", "10")
    assert "OK" in client.post("pin/operate", right)
    client.now_s += 10
    assert elements(client, "pin/status", *shown) == ("257", "259", "3", "10")
    assert elements(client, "monitoring/status", "ServiceStatus", "ConnectionStatus") == ("2", "901")
    assert "100006" in client.post("pin/operate", right)


def test_the_puk(hands):
    client = hands(card=CardSetting(state="puk")).begin()
    assert elements(client, "pin/status", "SimState", "SimPinTimes") == ("261", "0")
    assert "112004" in client.post("pin/operate", PIN.format(kind=4, pin="", new="4321", puk="00000000"))
    assert "OK" in client.post("pin/operate", PIN.format(kind=4, pin="", new="4321", puk="12345678"))
    assert elements(client, "pin/status", "SimState", "SimPukTimes") == ("257", "10")


def test_denied_is_limited_service_and_no_network(hands):
    client = hands(rejects=(Reject(cause=11, after_s=20),)).begin()
    assert elements(client, "monitoring/status", "ServiceStatus") == ("2",)
    client.now_s = 30
    assert elements(client, "monitoring/status", "ServiceStatus", "ConnectionStatus") == ("1", "902")
    assert elements(client, "net/current-plmn", "State", "Numeric", "FullName") == ("1", "", "")
    assert elements(client, "device/signal", "rsrp", "cell_id") == ("", "")


def test_abroad_data_waits_for_leave(hands):
    client = hands(visited="51001").begin()
    shown = ("RoamingStatus", "ConnectionStatus")
    assert elements(client, "monitoring/status", *shown) == ("1", "12")
    assert elements(client, "net/current-plmn", "Numeric") == ("51001",)
    assert "OK" in client.post("dialup/connection", "<RoamAutoConnectEnable>1</RoamAutoConnectEnable>")
    client.get("monitoring/status")
    client.now_s += 6
    assert elements(client, "monitoring/status", *shown) == ("1", "901")


def test_a_refused_access_point_shows_its_cause(hands):
    client = hands(refuse_apns={"*": 33}).begin()
    client.now_s = 20
    client.get("monitoring/status")
    client.now_s = 30
    assert elements(client, "monitoring/status", "ServiceStatus", "ConnectionStatus") == ("2", "33")


def test_a_session_that_the_network_ends_is_dialled_again(hands):
    client = hands(pdp_drops_s=(20.0,)).begin()
    shown = ("ConnectionStatus", "WanIPAddress")
    before = elements(client, "monitoring/status", *shown)
    client.now_s = 21
    assert elements(client, "monitoring/status", *shown) == ("902", "")
    client.now_s = 24
    assert elements(client, "monitoring/status", *shown) == ("902", "")
    client.now_s = 27
    assert elements(client, "monitoring/status", *shown) == before == ("901", before[1])
    assert elements(client, "monitoring/traffic-statistics", "CurrentConnectTime") == ("0",)


def test_in_gsm_there_is_rssi_and_no_rsrp(hands, new):
    client = hands(firmware=new, modes=(ModeStep(0, "gsm"),)).begin()
    assert elements(client, "device/signal", "rsrp", "sinr", "mode", "band") == ("", "", "0", "")
    answer = client.ask("GET", "/api/device/signal")
    level = element(answer.response.body.decode(), "rssi")
    assert level == f"{answer.truth['rssi_dbm']:g}dBm"
    assert "rsrp_dbm" not in answer.truth
    assert elements(client, "monitoring/status", "CurrentNetworkType") == ("3",)


def test_lte_alone_has_no_service_where_there_is_gsm_only(hands):
    client = hands(modes=(ModeStep(0, "gsm"),)).begin()
    only_lte = "<NetworkMode>03</NetworkMode><NetworkBand>3FFFFFFF</NetworkBand><LTEBand>800C5</LTEBand>"
    assert "OK" in client.post("net/net-mode", only_lte)
    client.now_s += 10
    assert elements(client, "monitoring/status", "ServiceStatus", "CurrentNetworkType") == ("0", "0")
    assert elements(client, "net/net-mode", "NetworkMode", "LTEBand") == ("03", "800C5")


def test_no_coverage(hands):
    client = hands(modes=(ModeStep(0, "lte"), ModeStep(20, "none"), ModeStep(40, "lte"))).begin()
    assert elements(client, "monitoring/status", "ServiceStatus", "SignalIcon") == ("2", "4")
    client.now_s = 30
    assert elements(client, "monitoring/status", "ServiceStatus", "SignalIcon") == ("0", "0")


LONG = "Rapat pleno dimulai pukul 09.00 di aula. " * 6  # 246 characters: two parts of 153 and 93 (TS 23.040)


def test_parts_are_one_message_once_all_are_there(hands):
    late = Incoming(after_s=10.0, sender="KPU", text=LONG, disorder=True, duplicates=1)
    client = hands(incoming=(late,)).begin()
    client.now_s = 10.1
    assert LONG not in client.post("sms/sms-list", LIST)
    client.now_s = 15
    body = client.post("sms/sms-list", LIST)
    assert body.count(f"<Content>{LONG}</Content>") == 1
    assert body.count("<SmsType>2</SmsType>") == 1
    assert element(body, "Count") == "4"


def test_two_senders_with_one_reference_stay_apart(hands):
    texts = [LONG, LONG.upper()]
    items = tuple(
        Incoming(after_s=10.0 + i / 10, sender=f"+62812000000{i}", text=text, reference=7)
        for i, text in enumerate(texts)
    )
    client = hands(incoming=items).begin()
    client.now_s = 15
    body = client.post("sms/sms-list", LIST)
    assert all(f"<Content>{text}</Content>" in body for text in texts)


def test_a_full_memory_takes_nothing_until_there_is_room(hands):
    late = Incoming(after_s=10.0, sender="KPU", text="Tidak muat")
    client = hands(incoming=(late,), store_full=True).begin()
    client.now_s = 15
    assert elements(client, "monitoring/check-notifications", "SmsStorageFull") == ("1",)
    assert "Tidak muat" not in client.post("sms/sms-list", LIST)
    assert "OK" in client.post("sms/delete-sms", "<Index>40000</Index>")
    assert "Tidak muat" in client.post("sms/sms-list", LIST)


def test_without_a_way_for_messages_none_comes_and_sending_fails(hands):
    late = Incoming(after_s=10.0, sender="KPU", text="Hilang")
    client = hands(incoming=(late,), sms="none").begin()
    client.now_s = 15
    assert "Hilang" not in client.post("sms/sms-list", LIST)
    send = (
        "<Index>-1</Index><Phones><Phone>+628121</Phone></Phones><Sca></Sca><Content>halo</Content>"
        "<Length>4</Length><Reserved>1</Reserved><Date>2024-11-27 08:00:00</Date>"
    )
    assert "OK" in client.post("sms/send-sms", send)
    client.now_s += 3
    assert elements(client, "sms/send-status", "FailPhone", "SucPhone") == ("+628121", "")


def test_a_restart_asks_for_the_pin_again(hands):
    client = hands(card=CardSetting(state="pin")).begin()
    client.post("pin/operate", PIN.format(kind=0, pin="1234", new="", puk=""))
    assert "OK" in client.post("device/control", "<Control>1</Control>")
    client.now_s += 100
    client.tokens.clear()
    client.begin()
    assert elements(client, "pin/status", "SimState") == ("260",)
