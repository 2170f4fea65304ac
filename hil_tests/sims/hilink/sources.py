"""Where the stick's words are from: every source that a row or a quirk of this room names."""

from hil_tests.sims.at_modem.provenance import memory, public_driver, thread

DOCUMENT = public_driver(
    "weselow/E3372-HiLink-Api-Docs",
    "sources/HiLink-API-Documentation-EN.md",
    "676ab293c0e53e15a1c9d55dc8f150b27757a791",
    "replies of an E3372s-153",
)
RASPAP = public_driver(
    "RaspAP/raspap-webgui",
    "config/client_config/huawei_hilink_api.sh",
    "0625fcc5ef4ac2e6e085628df059b3028eda5034",
)
LIBRARY_USER = public_driver(
    "Salamek/huawei-lte-api", "huawei_lte_api/api/User.py", "060b793bc128361cd96086a2da39b65adb967f3b"
)
LIBRARY_SMS = public_driver(
    "Salamek/huawei-lte-api", "huawei_lte_api/api/Sms.py", "0b99acd0226de29bc6d549858a27711fc538611d"
)
OLD_TRANSCRIPT = memory(
    "a public transcript of an E3372 22.317.01.00.00, in docstrings of a Python client; repository not named"
)
STATUS_TRANSCRIPT = thread("https://github.com/trick77/huawei-hilink-status/pull/4", "E3372 22.315")
NEW_INFORMATION = thread("https://github.com/trackIT-Systems/tsOS-vhf/issues/3", "E3372h-320 11.0.1.1")
NEW_DEBUG_LOG = thread("https://github.com/home-assistant/core/issues/126984", "E3372h-320 10.0.3.1")
NO_SESSION = thread("https://github.com/trick77/huawei-hilink-status/issues/3", "E3372 17.100.13")
NO_PASSWORD = thread("https://github.com/Salamek/huawei-lte-api/issues/159", "CL2E3372HM 22.328.62.00.1080")
EMPTY_DUMP = thread("https://github.com/Salamek/huawei-lte-api/issues/50", "K5160, a branded E3372")
SIGNAL_DUMP = thread(
    "https://github.com/Salamek/huawei-lte-api/issues/87",
    "names and order, of an E8372; a branded E3372 in issue 50 has the same names",
)
COOKIE_CLIENT = public_driver(
    "Gmlmk1/PyDongleE3372_utils",
    "__init__.py",
    "04f2952ced4c54a2e7fd96d163efaaa7a172cb48",
    "the cookie comes with the answer of SesTokInfo",
)
