"""What Quectel modems do in several steps: Qualcomm LTE, Qualcomm 5G, Unisoc and ASR."""

from __future__ import annotations

from modem_drivers.families.bring_up import ATTACH, DIAL, activated, by_words, mbim, qmi, usbnet
from modem_drivers.families.procedures import (
    STANDARD_BRING_UP,
    STANDARD_CONTEXT,
    Await,
    BringUp,
    DataMode,
    PinTries,
    Procedures,
    Say,
    SetUp,
    ladder_with,
)
from modem_drivers.provenance import REMEMBERED, Memory

PINC = Memory(
    "the AT manual of EC2x, EG9x and EG2x-G, V2.0, section 5.8, as cited elsewhere; not read for this row"
)
USBNET = Memory("AT+QCFG=usbnet: 0 QMI, 1 ECM, 2 MBIM, 3 RNDIS; an RM500U reads 5 for NCM")
CALL = Memory("AT+QNETDEVCTL=<op>,<cid>,<urc>: 1 connects, 0 ends; the series' ECM note as remembered")
NO_FOTA = SetUp(
    steps=(
        Say(text='AT+QFOTADL="stop"', may_fail=True),
        Say(text='AT+QCFG="fota/autocheck",0', may_fail=True),
    ),
    why="no update over the air while it measures",
    source=Memory("the command's name is from a list of wishes; neither form was seen in a document"),
)
READY = ("RDY", "+CFUN: 1", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE")
PIN_TRIES = PinTries(
    ask='AT+QPINC="SC"',
    pattern=r'\+QPINC: *"SC", *(?P<tries>\d+) *, *\d+',
    source=PINC,
)
LTE_PROCEDURES = Procedures(
    data=(
        by_words(DataMode.ECM, "AT+QNETDEVCTL=1,{cid},1", "AT+QNETDEVCTL=0,{cid}", CALL, before=(usbnet(1),)),
        by_words(
            DataMode.RNDIS, "AT+QNETDEVCTL=1,{cid},1", "AT+QNETDEVCTL=0,{cid}", CALL, before=(usbnet(3),)
        ),
        qmi('AT+QCFG="usbnet" is 0'),
        mbim('AT+QCFG="usbnet" is 2'),
        STANDARD_BRING_UP,
    ),
    ladder=ladder_with(),
    boot_s=15.0,
    boot_source=REMEMBERED,
    ready=READY,
    pin_tries=PIN_TRIES,
    set_up=(NO_FOTA,),
)
_ROUTED = BringUp(
    mode=DataMode.ECM,
    condition="Qualcomm x55 and later route for the host: the call is the modem's own",
    up=(
        usbnet(1),
        STANDARD_CONTEXT,
        ATTACH,
        Say(text="AT+CGACT=1,{cid}", timeout_s=150.0, may_fail=True),
        Await(ask='AT+QMAP="WWAN"', until=r'"WWAN",1,\d+,"IPV[46]","[0-9a-fA-F.:]+"', within_s=60.0),
    ),
    down=(Say(text="AT+CGACT=0,{cid}", timeout_s=40.0, may_fail=True),),
    source=Memory("a public test with +QMAP: WWAN,1,1,IPV4,<address>; its address not kept"),
)
NR_PROCEDURES = Procedures(
    data=(
        _ROUTED,
        qmi('AT+QCFG="usbnet" is 0'),
        mbim('AT+QCFG="usbnet" is 2'),
        activated(DataMode.NCM, USBNET, before=(usbnet(5),)),
        STANDARD_BRING_UP,
    ),
    boot_s=25.0,
    boot_source=Memory("an RM510Q after AT+CFUN=1,1 as remembered"),
    ready=READY,
    pin_tries=PIN_TRIES,
    set_up=(NO_FOTA,),
)
UNISOC_PROCEDURES = Procedures(
    data=(
        by_words(
            DataMode.ECM, "AT+QNETDEVCTL={cid},3,1", "AT+QNETDEVCTL={cid},2,1", DIAL, before=(usbnet(1),)
        ),
        by_words(
            DataMode.NCM, "AT+QNETDEVCTL={cid},3,1", "AT+QNETDEVCTL={cid},2,1", DIAL, before=(usbnet(5),)
        ),
        by_words(
            DataMode.RNDIS, "AT+QNETDEVCTL={cid},3,1", "AT+QNETDEVCTL={cid},2,1", DIAL, before=(usbnet(3),)
        ),
        mbim('AT+QCFG="usbnet" is 2'),
        STANDARD_BRING_UP,
    ),
    boot_s=20.0,
    ready=("RDY", "+CPIN: READY"),
)
