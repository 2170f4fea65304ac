"""Huawei's own replies (sticks, not HiLink). Levels of ^HCSQ are indices of bins (memory, as
HCSQ_SOURCE says): RSSI -121+v, RSRP -141+v, SINR -20.2+v/5, RSRQ -20+v/2.
"""

from __future__ import annotations

from modem_drivers.at.convert import clock, hidden, little_endian_address, ucs2_text
from modem_drivers.at.grammar import Layout, Row, row
from modem_drivers.at.replies import Column, digits, hexadecimal, integer, one_of, scaled, text_field
from modem_drivers.families.rows_quectel import has, join_plmn
from modem_drivers.provenance import REMEMBERED, Memory, Thread

HCSQ_SOURCE = Memory("obsy/modemdata, its script of the stick 12d1:1506; commit not kept")
E3372 = Thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/25")
MODE = Column("mode", text_field)
RSSI = Column("rssi_dbm", scaled(1, -121, high=96, unknown=255))
HCSQ_LTE = (
    MODE,
    RSSI,
    Column("rsrp_dbm", scaled(1, -141, high=97, unknown=255)),
    Column("sinr_db", scaled(0.2, -20.2, high=251, unknown=255)),
    Column("rsrq_db", scaled(0.5, -20, high=34, unknown=255)),
)
HCSQ_WCDMA = (
    MODE,
    RSSI,
    Column("rscp_dbm", scaled(1, -121, high=96, unknown=255)),
    Column("ecio_db", scaled(0.5, -32.5, high=65, unknown=255)),
)
HCSQ_NR = (  # which scale NR's levels have, no source tells
    MODE,
    *(Column(f"{name}_raw", integer(0, 255, unknown=255)) for name in ("rsrp", "sinr", "rsrq")),
)
RAT = Column("rat", text_field)
MONSC_LTE = (
    RAT,
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(2, 3)),
    Column("earfcn", integer(0, 262_143)),
    Column("cell_id", hexadecimal(28)),
    Column("pci", hexadecimal(9)),
    Column("tac", hexadecimal(16)),
    Column("rsrp_dbm", integer(-160, -20)),
    Column("rsrq_db", integer(-45, 20)),
    Column("rssi_dbm", integer(-130, -1)),
)
MONSC_NR = (
    RAT,
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(2, 3)),
    Column("arfcn", integer(0, 3_279_165)),
    Column("scs", integer(0, 4)),
    Column("cell_id", hexadecimal(36)),
    Column("pci", hexadecimal(10)),
    Column("tac", hexadecimal(24)),
    Column("rsrp_dbm", integer(-160, -20)),
    Column("rsrq_db", integer(-45, 20)),
    Column("sinr_db", integer(-40, 60)),
)
SERVICE = {"0": "none", "1": "limited", "2": "valid", "3": "limited_regional", "4": "power_saving"}
MONNC_LTE = (
    RAT,
    Column("earfcn", integer(0, 262_143)),
    Column("pci", hexadecimal(9)),
    Column("rsrp_dbm", integer(-160, -20)),
    Column("rsrq_db", integer(-45, 20)),
    Column("rssi_dbm", integer(-130, 0)),
)
PLACE = (Column("cell_id", hexadecimal(28)), Column("tac", hexadecimal(16)))
MONSC_WCDMA = (  # memory
    RAT,
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(2, 3)),
    Column("uarfcn", integer(0, 16_383)),
    Column("psc", integer(0, 511)),
    *PLACE,
    Column("rscp_dbm", integer(-130, -10)),
    Column("rxlev_dbm", integer(-130, -10)),
    Column("ecno_db", integer(-40, 0)),
)
MONSC_GSM = (  # memory
    RAT,
    Column("mcc", digits(3, 3)),
    Column("mnc", digits(2, 3)),
    Column("band", integer(0, 9)),
    Column("arfcn", integer(0, 1023)),
    Column("bsic", integer(0, 255)),
    *PLACE,
    Column("rxlev_dbm", integer(-130, -10)),
)
ROWS: tuple[Row, ...] = (
    Row(
        verb="^HCSQ",
        source=HCSQ_SOURCE,
        layouts=(
            Layout(HCSQ_LTE, 5, has(0, "LTE")),
            Layout(HCSQ_WCDMA, 4, has(0, "WCDMA", "TD-SCDMA")),
            Layout(HCSQ_NR, 4, has(0, "NR", "NR-5G")),
            Layout((MODE, RSSI), 2, has(0, "GSM")),
            Layout((MODE,), 1, has(0, "NOSERVICE", "UNKNOWN")),
        ),
    ),
    Row(
        verb="^MONSC",
        source=Memory("a public transcript, source not kept: LTE,460,00,38400,D975244,8,24C8,-85,-10,-54"),
        layouts=(
            Layout(MONSC_LTE, 8, has(0, "LTE")),
            Layout(MONSC_NR, 8, has(0, "NR", "NR-5G")),
            Layout(MONSC_WCDMA, 8, has(0, "WCDMA")),
            Layout(MONSC_GSM, 8, has(0, "GSM")),
            Layout((RAT,), 1, has(0, "NONE")),
        ),
        derive=join_plmn,
    ),
    Row(
        verb="^MONNC",
        source=REMEMBERED,
        many=True,
        layouts=(Layout(MONNC_LTE, 5, has(0, "LTE")), Layout((RAT,), 1, has(0, "NONE"))),
    ),
    row(
        "^SYSINFOEX",
        (
            Column("service", one_of(SERVICE)),
            Column("service_domain", integer(0, 255)),
            Column("roaming", integer(0, 1)),
            Column("sim_state", integer(0, 255)),
            Column("lock_state", text_field),
            Column("system_mode", integer(0, 255)),
            Column("system_mode_name", text_field),
            Column("system_submode", integer(0, 255)),
            Column("system_submode_name", text_field),
        ),
        REMEMBERED,
        required=4,
    ),
    row(
        "^EONS",
        (
            Column("source_type", integer(0, 5)),
            Column("plmn", digits(5, 6)),
            Column("name_full", ucs2_text),
            Column("name_short", ucs2_text),
            Column("coding", integer(0, 255)),
            Column("spn", ucs2_text),
        ),
        Memory("public transcripts, source not kept: 1,46011,<long>,<short>,<coding>,<spn>; bare ^EONS:0"),
    ),
    row(
        "^SPN",
        (Column("display", integer(0, 3)), Column("coding", integer(0, 255)), Column("spn", ucs2_text)),
        Memory('a public transcript, source not kept: ^SPN:1,0,"..."'),
    ),
    Row(
        verb="^NWTIME",
        source=Memory("a public transcript, source not kept: ^NWTIME:18/12/13,06:20:04+28,00"),
        layouts=(Layout((Column("clock", clock), Column("daylight_h", integer(0, 2)))),),
        split=lambda tail: [tail.strip().rpartition(",")[0], tail.strip().rpartition(",")[2]],
    ),
    row(
        "^NDISSTATQRY",
        tuple(
            column
            for suffix in ("", "_v6")
            for column in (
                Column(f"connected{suffix}", integer(0, 3)),
                Column(f"error{suffix}", integer(0, 9999)),
                Column(f"wwan_error{suffix}", text_field),
                Column(f"pdp_type{suffix}", text_field),
            )
        ),
        REMEMBERED,
    ),
    row(
        "^NDISSTAT",
        (
            Column("connected", integer(0, 1)),
            Column("error", text_field),
            Column("wwan_error", text_field),
            Column("pdp_type", text_field),
        ),
        REMEMBERED,
    ),
    row(
        "^DHCP",
        (
            *(
                Column(name, little_endian_address)
                for name in ("address", "mask", "gateway", "dhcp", "dns", "dns_2")
            ),
            Column("dl_bps", integer(0, 999_999_999)),
            Column("ul_bps", integer(0, 999_999_999)),
        ),
        Memory("public scripts, source not kept: little-endian hexadecimal addresses"),
        required=5,
    ),
    row(
        "^HFREQINFO",
        (
            Column("n", integer(0, 1)),
            Column("system_mode", integer(0, 20)),
            Column("band", integer(0, 1024)),
            Column("dl_arfcn", integer(0, 3_279_165)),
            Column("dl_khz_100", integer(0, 9_999_999)),
            Column("dl_bandwidth_khz", integer(0, 999_999)),
            Column("ul_arfcn", integer(0, 3_279_165)),
            Column("ul_khz_100", integer(0, 9_999_999)),
            Column("ul_bandwidth_khz", integer(0, 999_999)),
        ),
        E3372,
        required=3,
    ),
    row("^ICCID", (Column("iccid", hidden),), E3372),
    row("^RSSI", (Column("rssi_dbm", scaled(2, -113, high=31, unknown=99)),), REMEMBERED),
    row(
        "^MODE",
        (Column("system_mode", integer(0, 255)), Column("system_submode", integer(0, 255))),
        REMEMBERED,
    ),
    row("^SIMST", (Column("sim_state", integer(0, 255)), Column("lock", integer(0, 1))), REMEMBERED),
    row("^SRVST", (Column("service", one_of(SERVICE)),), REMEMBERED),
    row(
        "^SYSINFO",
        (
            Column("service", one_of(SERVICE)),
            Column("service_domain", integer(0, 255)),
            Column("roaming", integer(0, 1)),
            Column("system_mode", integer(0, 255)),
            Column("sim_state", integer(0, 255)),
        ),
        REMEMBERED,
        required=4,
    ),
    row(
        "^CHIPTEMP",
        tuple(Column(f"temperature_{n}_raw", integer(-999, 9999, unknown=65535)) for n in range(1, 6)),
        Thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/124", "the unit is not told there"),
    ),
    row("^BOOT", (Column("boot", text_field),), REMEMBERED),
)
