"""Sentences that receivers were heard to say, each with its source; what they mean, by hand."""

import pytest
from probe.logic.gnss import FIX, NO_FIX, NOTHING, SKY, TIME, UNKNOWN, Gnss, civil_days
from probe.logic.nmea import Sentence

NEO_6M = "github.com/107-systems/107-Arduino-NMEA-Parser/issues/9"  # u-blox NEO-6M
MULTI_GNSS = "github.com/mikalhart/TinyGPSPlus/issues/48"  # four systems at once, NMEA 4.1x; model not said
UBLOX_M8 = "github.com/ublox-rs/ublox/issues/54"  # u-blox M8, out of a hexadecimal dump
SBAS = "github.com/enesbcs/rpieasy/issues/200"  # GPS and SBAS only; model not said
L76X = "github.com/waveshare/L76X-GPS-Module/issues/3"  # Quectel L76X, fixes at .148 of the second
L76K = "github.com/Xinyuan-LilyGO/TTGO_TWatch_Library/issues/184"  # Quectel L76K without a sky view
BEIDOU = "github.com/nsforth/nmea0183/issues/23"  # minutes with six decimals; model not said


def hear(*lines):
    """Return the receiver's state after *lines*, and what the last of them brought."""
    sentence, gnss, told = Sentence(), Gnss(), NOTHING
    for octet in "".join(f"{line}\r\n" for line in lines).encode():
        if sentence.push(octet):
            told = gnss.take(sentence)
    assert (sentence.good, sentence.bad) == (len(lines), 0)
    return gnss, told


FIXES = [  # source, sentence, latitude and longitude in 1e-7 degree, UTC, cm/s
    (
        NEO_6M,
        "$GPRMC,193517.00,A,4837.99895,N,01301.58584,E,0.793,,111020,,,A*7D",
        (486333158, 130264307),  # 48 + 37.99895/60, 13 + 1.58584/60
        (18546, 70517, 0),  # 2020-10-11 19:35:17
        40,
    ),
    (
        SBAS,
        "$GPRMC,145205.000,A,3358.5124,N,11718.6421,W,0.34,279.92,260121,,,A*7D",
        (339752067, -1173107017),
        (18653, 53525, 0),
        17,
    ),
    (
        MULTI_GNSS,
        "$GNRMC,094507.00,A,5121.23052,N,01159.45724,E,0.030,,020119,,,D,V*1B",
        (513538420, 119909540),
        (17898, 35107, 0),
        1,
    ),
    (
        L76X,
        "$GNRMC,194050.148,A,3348.4428,N,08112.9034,W,0.00,266.92,120722,,,A*69",
        (338073800, -812150567),
        (19185, 70850, 148),
        0,
    ),
    (
        BEIDOU,
        "$GNRMC,021152.000,A,2929.000108,N,10629.000282,E,0.003,316.55,020717,,E,A*09",
        (294833351, 1064833380),
        (17349, 7912, 0),
        0,
    ),
]


@pytest.mark.parametrize(("source", "line", "place", "utc", "speed_cmps"), FIXES)
def test_a_fix(source, line, place, utc, speed_cmps):
    gnss, told = hear(line)
    assert told == FIX, source
    assert (gnss.latitude_e7(), gnss.longitude_e7()) == place
    assert (gnss.days, gnss.second, gnss.ms) == utc
    assert gnss.speed_cmps == speed_cmps


def test_no_fix_is_no_time_either():
    gnss, told = hear("$GNRMC,,V,,,,,,,,,,N,V*37")  # L76K
    assert (told, gnss.valid, gnss.days, gnss.has_position) == (NO_FIX, False, UNKNOWN, False)


QUALITY = [  # source, sentence, quality, used, HDOP x 100, altitude in cm
    (
        MULTI_GNSS,
        "$GNGGA,094507.00,5121.23052,N,01159.45724,E,2,12,0.81,94.3,M,45.0,M,,0000*76",
        (2, 12, 81, 9430),
    ),
    (L76X, "$GNGGA,194050.148,3348.4428,N,08112.9034,W,1,8,1.16,162.3,M,-32.2,M,,*70", (1, 8, 116, 16230)),
    (L76K, "$GNGGA,,,,,,0,00,25.5,,,,,,*64", (0, 0, 2550, None)),
    (
        BEIDOU,
        "$GNGGA,021152.000,2929.000108,N,10629.000282,E,1,15,0.66,323.232,M,-37.445,M,,*53",
        (1, 15, 66, 32323),
    ),
]


@pytest.mark.parametrize(("source", "line", "values"), QUALITY)
def test_quality_of_a_fix(source, line, values):
    gnss, told = hear(line)
    assert (told, (gnss.quality, gnss.used, gnss.hdop_c, gnss.altitude_cm)) == (SKY, values), source


def test_satellites_of_three_systems():  # MULTI_GNSS; by hand: 13 + 6 + 8 of 15 + 9 + 9 have a C/N0
    gnss, _ = hear(
        "$GPGSV,4,1,15,02,32,307,,03,26,116,47,06,55,258,34,07,31,177,48,0*67",
        "$GPGSV,4,2,15,09,83,247,28,16,11,080,41,19,06,240,23,22,08,119,43,0*6B",
        "$GPGSV,4,3,15,23,64,070,34,26,14,053,33,29,01,356,,30,03,195,35,0*63",
        "$GPGSV,4,4,15,33,26,214,,36,28,156,49,39,,,41,0*6D",
        "$GLGSV,3,1,09,65,10,089,33,66,65,051,,67,47,295,25,75,33,044,21,0*7C",
        "$GLGSV,3,2,09,76,44,103,39,77,10,160,30,81,14,217,36,82,38,267,,0*72",
        "$GLGSV,3,3,09,83,27,327,22,0*48",
        "$GAGSV,3,1,09,03,86,021,29,05,33,082,42,08,36,268,29,13,36,294,27,0*74",
        "$GAGSV,3,2,09,15,34,229,38,24,29,065,32,25,25,122,44,26,06,337,,0*76",
        "$GAGSV,3,3,09,31,06,018,22,0*40",
    )
    assert gnss.in_view() == 33
    assert gnss.mean_cn0_dbhz() == 34  # 925 / 27 = 34.3


def test_satellites_whose_place_is_not_known():  # UBLOX_M8: 28 + 10 + 29 + 28 + 25 + 28 = 148 of 6
    gnss, _ = hear(
        "$GPGSV,2,1,06,05,28,056,28,15,75,020,10,18,43,329,29,23,,,28*49",
        "$GPGSV,2,2,06,24,30,152,25,29,,,28*4A",
        "$GLGSV,1,1,00*65",
    )
    assert (gnss.in_view(), gnss.mean_cn0_dbhz()) == (6, 25)


@pytest.mark.parametrize(
    ("line", "dimensions", "pdop_c"),
    [
        ("$GNGSA,A,3,07,03,23,26,16,22,09,06,19,,,,1.33,0.81,1.06,1*0F", 3, 133),  # MULTI_GNSS
        ("$GPGSA,A,3,02,15,11,13,29,18,05,20,,,,,2.41,1.16,2.11*00", 3, 241),  # L76X
        ("$GNGSA,A,2,18,05,24,,,,,,,,,,1.92,1.63,1.00*18", 2, 192),  # UBLOX_M8
        ("$GLGSA,A,3,,,,,,,,,,,,,1.25,0.66,1.06*1F", 3, 125),  # BEIDOU
    ],
)
def test_dilution(line, dimensions, pdop_c):
    gnss, told = hear(line)
    assert (told, gnss.dimensions, gnss.pdop_c) == (SKY, dimensions, pdop_c)


@pytest.mark.parametrize(
    ("line", "utc"),
    [
        ("$GNZDA,094507.00,02,01,2019,00,00*7E", (17898, 35107, 0)),  # MULTI_GNSS
        ("$GNZDA,194050.148,12,07,2022,,*4A", (19185, 70850, 148)),  # L76X
        ("$GNZDA,021152.000,02,07,2017,00,00*4C", (17349, 7912, 0)),  # BEIDOU
    ],
)
def test_date_and_time(line, utc):
    gnss, told = hear(line)
    assert (told, (gnss.days, gnss.second, gnss.ms)) == (TIME, utc)


def with_sum(body):
    """Return a sentence that nobody said, with its checksum."""
    total = 0
    for octet in body.encode():
        total ^= octet
    return f"${body}*{total:02X}"


def test_south_of_the_equator():  # made up: Jakarta's 6 10.5' S, and a place less than a degree south
    gnss, _ = hear(with_sum("GNRMC,010203.00,A,0610.50000,S,10649.62000,E,0.0,,251126,,,A,V"))
    assert (gnss.latitude_e7(), gnss.longitude_e7()) == (-61750000, 1068270000)
    gnss, _ = hear(with_sum("GNRMC,010203.00,A,0001.62000,S,10920.00000,E,0.0,,251126,,,A,V"))
    assert (gnss.lat_deg, gnss.latitude_e7()) == (0, -270000)


NONSENSE = [
    "GNRMC,010203.00,A,9000.00001,N,10649.62000,E,0.0,,251126,,,A",
    "GNRMC,010203.00,A,0660.00000,S,10649.62000,E,0.0,,251126,,,A",
    "GNRMC,010203.00,A,0610.50000,X,10649.62000,E,0.0,,251126,,,A",
    "GNRMC,010203.00,A,0610.50000,S,18000.00010,E,0.0,,251126,,,A",
    "GNRMC,010203.00,A,,S,10649.62000,E,0.0,,251126,,,A",
    "GNRMC,240203.00,A,0610.50000,S,10649.62000,E,0.0,,251126,,,A",
    "GNRMC,010261.00,A,0610.50000,S,10649.62000,E,0.0,,251126,,,A",
    "GNRMC,010203.00,A,0610.50000,S,10649.62000,E,0.0,,310226,,,A",
    "GNRMC,010203.00,A,0610.50000,S,10649.62000,E,0.0,,,,,A",
    "GNRMC,010203.00,A,06-1.50000,S,10649.62000,E,0.0,,251126,,,A",
    "GNRMC,010203.00,A",
    "GNGGA,010203.00,0610.50000,S,10649.62000,E,9,12,0.8,9.0,M,,M,,",
]


@pytest.mark.parametrize("body", NONSENSE)
def test_contents_without_sense_are_refused(body):
    gnss, told = hear(with_sum(body))
    assert (told, gnss.refused, gnss.valid, gnss.days, gnss.has_position) == (
        NOTHING,
        1,
        False,
        UNKNOWN,
        False,
    )


@pytest.mark.parametrize("mode", "EMNS")
def test_an_estimated_or_simulated_position_is_no_fix(mode):
    gnss, told = hear(with_sum(f"GNRMC,010203.00,A,0610.50000,S,10649.62000,E,0.0,,251126,,,{mode}"))
    assert (told, gnss.valid) == (NO_FIX, False)


def test_damage_is_counted_and_the_next_sentence_is_read():
    sentence, ends = Sentence(), []
    good = b"$GNZDA,021152.000,02,07,2017,00,00*4C\r\n"
    noise = [
        good[:20],
        b"$GNZDA,021152.000,02,07,2017,00,00*4D\r\n",
        b"$GN\xffZDA\r\n",
        b"$" + b"A" * 200 + b"\r\n",
        b"x",
    ]
    for piece in [*noise, good]:
        ends.append([index for index, octet in enumerate(piece) if sentence.push(octet)])
    assert ends == [[], [], [], [], [], [37]]
    assert (sentence.good, sentence.bad, sentence.too_long) == (1, 3, 1)


@pytest.mark.parametrize(
    ("date", "days"),
    [
        ((1970, 1, 1), 0),
        ((2000, 2, 29), 11016),
        ((2026, 11, 25), 20782),
        ((2100, 2, 29), -1),
        ((2026, 4, 31), -1),
    ],
)
def test_days(date, days):  # `date -d ... +%s` / 86400
    assert civil_days(*date) == days
