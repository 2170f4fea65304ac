"""Why a measurement has no figure: one row a cause, its class in the contract, its words in two languages.

Every text says what happened, where, and what to do. {where} is an address, a port or a line; {detail} is
what was seen (may be empty).
"""

from typing import Literal, NamedTuple

from edge.measure.result import Failure

Outcome = Literal["ok", "operator", "area", "site", "box", "server", "policy", "maintenance", "undetermined"]
"""The contract's classes: a verdict by evidence, never by counting lines."""


class Cause(NamedTuple):
    """One cause of failure: who is to answer for it, and what to tell the technician."""

    outcome: Outcome
    text_en: str
    text_id: str


CAUSES: dict[str, Cause] = {
    "server.unreachable": Cause(
        "undetermined",
        "no answer from the server {where}: {detail}; check that it runs, its firewall, and the line",
        "tidak ada jawaban dari server {where}: {detail}; periksa apakah server berjalan, "
        "firewall-nya, dan jalurnya",
    ),
    "server.refused": Cause(
        "server",
        "the server's host {where} refused the connection: {detail}; start pantau-server there or "
        "correct the port",
        "host server {where} menolak sambungan: {detail}; jalankan pantau-server di sana atau "
        "betulkan nomor port",
    ),
    "server.auth": Cause(
        "box",
        "the server {where} did not accept this box's key: {detail}; set key_file to that server's key",
        "server {where} tidak menerima kunci kotak ini: {detail}; isi key_file dengan kunci server tersebut",
    ),
    "server.busy": Cause(
        "server",
        "the server {where} is busy: {detail}; the box tries again next round, raise --max-sessions "
        "if it repeats",
        "server {where} sedang sibuk: {detail}; kotak mencoba lagi di putaran berikutnya, "
        "naikkan --max-sessions bila berulang",
    ),
    "server.protocol": Cause(
        "server",
        "the server {where} does not speak this version of the protocol: {detail}; check the address "
        "and update it",
        "server {where} tidak memakai versi protokol ini: {detail}; periksa alamatnya dan perbarui server",
    ),
    "server.silent": Cause(
        "server",
        "the server {where} takes the connection and says nothing: {detail}; look at pantau-server and its "
        "machine, and whether a proxy answers in its place",
        "server {where} menerima sambungan tetapi diam: {detail}; periksa pantau-server dan mesinnya, dan "
        "apakah ada proxy yang menjawab sebagai gantinya",
    ),
    "server.slow": Cause(
        "server",
        "the server {where} trickles its words: {detail}; look at the load of its machine",
        "server {where} menjawab sangat lambat: {detail}; periksa beban mesinnya",
    ),
    "server.lying": Cause(
        "server",
        "the server {where} reports what cannot be: {detail}; the figure is void, do not use this server "
        "until it is explained",
        "server {where} melaporkan yang tidak mungkin: {detail}; angka ini tidak sah, jangan pakai server "
        "ini sebelum ada penjelasan",
    ),
    "link.lost": Cause(
        "box",
        "the line's interface or its route went away during the test to {where}: {detail}; look at the "
        "modem's cable and power, and at what the modem says of its session",
        "antarmuka jalur atau rutenya hilang selama pengujian ke {where}: {detail}; periksa kabel dan daya "
        "modem, dan apa kata modem tentang sesinya",
    ),
    "link.readdressed": Cause(
        "undetermined",
        "the line got another address during the test to {where}: {detail}; the operator or the modem began "
        "the data session anew, see the session's state",
        "jalur mendapat alamat lain selama pengujian ke {where}: {detail}; operator atau modem memulai ulang "
        "sesi data, lihat status sesi",
    ),
    "path.silent": Cause(
        "undetermined",
        "the line stands and nothing comes through to {where} any more: {detail}; compare with the other "
        "lines and servers of that minute",
        "jalur masih ada tetapi tidak ada yang lewat lagi ke {where}: {detail}; bandingkan dengan jalur dan "
        "server lain pada menit itu",
    ),
    "path.rebound": Cause(
        "undetermined",
        "the operator's network gave the line another outer address during the test to {where}: {detail}; "
        "the flow could not go on, a later test tells whether it happens again",
        "jaringan operator mengganti alamat luar jalur selama pengujian ke {where}: {detail}; aliran tidak "
        "dapat dilanjutkan, pengujian berikutnya menunjukkan apakah berulang",
    ),
    "path.cut": Cause(
        "undetermined",
        "something on the way to {where} cut the test's connection, line and server go on: {detail}; a "
        "middlebox or an address translator did it, see whether it happens again",
        "sesuatu di jalan ke {where} memutus sambungan pengujian, jalur dan server tetap berjalan: {detail}; "
        "perangkat perantara atau penerjemah alamat penyebabnya, lihat apakah berulang",
    ),
    "udp.blocked": Cause(
        "undetermined",
        "no UDP comes through to {where} while TCP does: {detail}; open the port for UDP at the server, or "
        "see whether the operator blocks it",
        "UDP tidak lewat ke {where} padahal TCP lewat: {detail}; buka port untuk UDP di server, atau periksa "
        "apakah operator memblokirnya",
    ),
    "server.closed_early": Cause(
        "undetermined",
        "the connection to {where} ended in the middle of the test: {detail}; look at the server's "
        "log of that time",
        "sambungan ke {where} terputus di tengah pengujian: {detail}; lihat log server pada waktu tersebut",
    ),
    "route.none": Cause(
        "box",
        "no route to {where} from this line: {detail}; check the interface, its address and its gateway",
        "tidak ada rute ke {where} dari jalur ini: {detail}; periksa antarmuka, alamat, dan gateway-nya",
    ),
    "netns.missing": Cause(
        "box",
        "the network namespace {where} does not exist: {detail}; see `ip netns list`, or start the box again",
        "namespace jaringan {where} tidak ada: {detail}; lihat `ip netns list`, atau jalankan ulang kotak",
    ),
    "net.permission": Cause(
        "box",
        "the system did not permit it at {where}: {detail}; run with the rights of the unit file "
        "(CAP_NET_ADMIN, "
        "CAP_NET_RAW, CAP_SYS_ADMIN)",
        "sistem tidak mengizinkannya di {where}: {detail}; jalankan dengan hak dari berkas unit "
        "(CAP_NET_ADMIN, "
        "CAP_NET_RAW, CAP_SYS_ADMIN)",
    ),
    "modem.silent": Cause(
        "box",
        "the modem at {where} does not answer: {detail}; check the cable and the port, then switch "
        "its power off and on",
        "modem di {where} tidak menjawab: {detail}; periksa kabel dan port, lalu matikan dan "
        "nyalakan dayanya",
    ),
    "modem.garbage": Cause(
        "box",
        "the modem at {where} answers with unreadable data: {detail}; check that this is its AT port "
        "and the baud rate",
        "modem di {where} menjawab dengan data yang tidak terbaca: {detail}; pastikan ini port AT-nya dan "
        "baud rate-nya benar",
    ),
    "modem.port_lost": Cause(
        "box",
        "the modem's port {where} was lost: {detail}; check cable, hub and power of the modem",
        "port modem {where} hilang: {detail}; periksa kabel, hub, dan daya modem",
    ),
    "modem.absent": Cause(
        "box",
        "no modem at {where}: {detail}; plug it in or correct at_port in the configuration",
        "tidak ada modem di {where}: {detail}; pasang modem atau betulkan at_port di konfigurasi",
    ),
    "modem.refused": Cause(
        "box",
        "the modem at {where} refused a command: {detail}; check the SIM card and its PIN",
        "modem di {where} menolak perintah: {detail}; periksa kartu SIM dan PIN-nya",
    ),
    "data.forbidden": Cause(
        "policy",
        "no data is used on line {where}: {detail}; move the box, or ask for a card of this country",
        "data tidak dipakai di jalur {where}: {detail}; pindahkan kotak, atau minta kartu negara ini",
    ),
    "budget.spent": Cause(
        "policy",
        "line {where} has used up its byte budget: {detail}; wait for the next period, or raise budget_mib "
        "in its [[line]]",
        "jatah byte jalur {where} sudah habis: {detail}; tunggu periode berikutnya, atau naikkan budget_mib "
        "di [[line]]-nya",
    ),
    "modem.no_data": Cause(
        "undetermined",
        "the modem at {where} gets no data session: {detail}; check apn in its [[line]] and the subscription",
        "modem di {where} tidak mendapat sesi data: {detail}; periksa apn di [[line]]-nya dan langganannya",
    ),
    "modem.stuck": Cause(
        "box",
        "the modem at {where} hung and no reset brings it back: {detail}; unplug it, check cable, hub and "
        "power supply, replace it if it stays so",
        "modem di {where} macet dan reset tidak memulihkannya: {detail}; cabut, periksa kabel, hub, dan catu "
        "daya, ganti bila tetap begitu",
    ),
    "line.down": Cause(
        "box",
        "the network of line {where} cannot be set up: {detail}; check interface, netns, address and gateway "
        "in its [[line]]",
        "jaringan jalur {where} tidak dapat disiapkan: {detail}; periksa interface, netns, address, "
        "dan gateway di [[line]]-nya",
    ),
    "line.away": Cause(
        "box",
        "the network interface of line {where} is away: {detail}; is the modem plugged in and in its network "
        "mode? It is used again as soon as it is back (`pantau modems` tells what is there)",
        "antarmuka jaringan jalur {where} tidak ada: {detail}; apakah modem terpasang dan dalam mode "
        "jaringan? Dipakai lagi begitu kembali (`pantau modems` menunjukkan yang ada)",
    ),
    "board.absent": Cause(
        "box",
        "no probe board at {where}: {detail}; check its wires and its power, and port in [board]",
        "tidak ada papan probe di {where}: {detail}; periksa kabel dan dayanya, dan port di [board]",
    ),
    "board.held": Cause(
        "box",
        "another program holds the probe board's port {where}: {detail}; stop it, keep ModemManager off "
        "by modem_drivers/discovery/77-pantau-modems.rules or `systemctl mask ModemManager`",
        "program lain memegang port papan probe {where}: {detail}; hentikan program itu, jauhkan "
        "ModemManager dengan modem_drivers/discovery/77-pantau-modems.rules atau `systemctl mask "
        "ModemManager`",
    ),
    "board.silent": Cause(
        "box",
        "the probe board at {where} says nothing: {detail}; check that TX and RX are crossed and its power "
        "is on, then flash it (`pantau-kit flash`)",
        "papan probe di {where} diam: {detail}; pastikan TX dan RX menyilang dan dayanya menyala, lalu isi "
        "ulang firmware-nya (`pantau-kit flash`)",
    ),
    "board.wrong_firmware": Cause(
        "box",
        "what answers at {where} is no probe board's firmware: {detail}; check port in [board], or flash the "
        "board (`pantau-kit flash`)",
        "yang menjawab di {where} bukan firmware papan probe: {detail}; periksa port di [board], atau isi "
        "ulang firmware papan (`pantau-kit flash`)",
    ),
    "board.older": Cause(
        "box",
        "the probe board at {where} speaks an older protocol: {detail}; flash this version's firmware to it",
        "papan probe di {where} memakai protokol lama: {detail}; isi ulang dengan firmware versi ini",
    ),
    "board.newer": Cause(
        "box",
        "the probe board at {where} speaks a newer protocol: {detail}; update pantau, or flash it back",
        "papan probe di {where} memakai protokol lebih baru: {detail}; perbarui pantau, atau kembalikan "
        "firmware papan",
    ),
    "board.other_table": Cause(
        "box",
        "the probe board at {where} has another table of messages: {detail}; it goes on with what both know, "
        "flash it with this version's firmware",
        "papan probe di {where} memakai tabel pesan lain: {detail}; diteruskan dengan yang dikenal keduanya, "
        "isi ulang dengan firmware versi ini",
    ),
    "board.two": Cause(
        "box",
        "more than one probe board at {where}: {detail}; unplug those that are not this box's: no modem's "
        "power is switched until then",
        "lebih dari satu papan probe di {where}: {detail}; cabut yang bukan milik kotak ini: daya modem "
        "tidak dialihkan sampai itu dilakukan",
    ),
    "no_data": Cause(
        "undetermined",
        "no data came through between the box and {where}: {detail}; compare with the other lines "
        "and servers",
        "tidak ada data yang lewat antara kotak dan {where}: {detail}; bandingkan dengan jalur dan "
        "server lain",
    ),
    "line.lost": Cause(
        "undetermined",
        "line {where} carries nothing any more: {detail}; compare with the other lines, look at its modem's "
        "session and its antenna",
        "jalur {where} tidak membawa data lagi: {detail}; bandingkan dengan jalur lain, lihat sesi modem dan "
        "antenanya",
    ),
    "heartbeat.server": Cause(
        "server",
        "the server {where} does not answer heartbeats while another does: {detail}; look at that server and "
        "its network",
        "server {where} tidak menjawab denyut sedangkan server lain menjawab: {detail}; periksa server "
        "itu dan jaringannya",
    ),
    "isolation.leak": Cause(
        "box",
        "traffic of {where} did not stay on its own line: {detail}; the figure is void, report this fault",
        "lalu lintas {where} tidak tetap di jalurnya sendiri: {detail}; angka ini tidak sah, "
        "laporkan gangguan ini",
    ),
    "interrupted": Cause(
        "box",
        "the measurement at {where} was stopped before its end: {detail}; start it again",
        "pengukuran di {where} dihentikan sebelum selesai: {detail}; jalankan lagi",
    ),
    "clock.stepped": Cause(
        "box",
        "the box's clock was set during the test at {where}: {detail}; the figure is void, check the "
        "time source",
        "jam kotak diubah selama pengujian di {where}: {detail}; angka ini tidak sah, periksa sumber waktu",
    ),
    "sms.not_arrived": Cause(
        "undetermined",
        "the message to line {where} did not arrive in time: {detail}; look at that line's sms state, its "
        "credit and number_file",
        "pesan ke jalur {where} tidak tiba pada waktunya: {detail}; periksa status sms jalur itu, pulsanya, "
        "dan number_file",
    ),
    "storage.not_writable": Cause(
        "box",
        "cannot write to {where}: {detail}; free space, or correct the owner and rights of data_dir",
        "tidak dapat menulis ke {where}: {detail}; kosongkan ruang, atau betulkan pemilik dan hak data_dir",
    ),
}


def failure(code: str, *, where: str, detail: str = "") -> Failure:
    """Return the failure *code* with its texts filled in.

    Raises: KeyError, if *code* is no row of CAUSES.
    """
    cause = CAUSES[code]
    return Failure(
        code=code,
        text=_fill(cause.text_en, where, detail),
        text_id=_fill(cause.text_id, where, detail),
    )


def outcome_of(err: Failure | None) -> Outcome:
    """Return the contract's class of a failure; "ok" when there is none."""
    return "ok" if err is None else CAUSES[err.code].outcome


def _fill(text: str, where: str, detail: str) -> str:
    """Put the facts into *text*; without a detail its colon goes as well."""
    if not detail:
        text = text.replace(": {detail}", "")
    return text.format(where=where, detail=detail)
