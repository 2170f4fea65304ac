"""`pantau once`: one round over every line."""

from typing import Annotated

import typer

from edge.cli.errors import complain
from edge.cli.run import DEFAULT_CONFIG, ConfigOption, start
from edge.service.runner import Exit


def once(
    config: ConfigOption = DEFAULT_CONFIG,
    receipt_s: Annotated[float, typer.Option(help="Seconds to wait for headquarters' receipts.")] = 60.0,
) -> None:
    """Measure every line once and wait until headquarters has the results.

    Exit status: 0 every result has its receipt; 3 measured, but the results still wait on the disk; 1
    refused to start.
    """
    status = start(config, rounds=1, receipt_s=receipt_s)
    if status is Exit.WITHOUT_RECEIPT:
        complain(
            f"measured, but headquarters gave no receipt within {receipt_s:g} s: the results stay in the "
            "outbox and are sent at the next run; check the broker and `pantau-hq ingest`",
            f"sudah diukur, tetapi kantor pusat tidak memberi tanda terima dalam {receipt_s:g} detik: hasil "
            "tetap di kotak keluar dan dikirim pada run berikutnya; periksa broker dan `pantau-hq ingest`",
        )
    raise typer.Exit(status)
