"""Source files for the fault tests: JSON lines with revisions, copies, other addresses and bad lines."""

import json
import random
from pathlib import Path

from tests.warehouse.corpus import row_item

ROWS = 60


def write_rows(path: Path, seed: int, rows: int = ROWS) -> Path:
    """A file of rows; two files with different seeds share articles."""
    chance = random.Random(seed)
    with path.open("w") as file:
        for number in range(rows):
            if number % 17 == 5:
                file.write("{not json\n")
                continue
            address = f"https://outlet{chance.randrange(4)}.example/story/{chance.randrange(rows // 3)}"
            subject, form, hours = chance.randrange(6), chance.randrange(4), chance.randrange(200)
            item = row_item(address, subject, form, hours, chance.choice([None, hours - 3]))
            file.write(
                json.dumps(json.loads(item.payload) | {"fetched_at": item.capture.fetched_at.isoformat()})
            )
            file.write("\n")
    return path
