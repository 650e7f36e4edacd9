"""The sample newsroom's rates, as its readers of six languages get them: from the banks' sheets to the mail."""

import re
from datetime import date, timedelta
from pathlib import Path

from lxml import html

from digest.ids import NewsletterId
from digest.newsroom import collect
from digest.terminal.sample_newsroom import serve
from tests.whole_way.letters import outbox
from tests.whole_way.road import apply, open_at, run, settings_in, take_in
from tests.whole_way.test_sample_input import MORNING, SAMPLE

#: By the language that a mail says it is in: the tenge's and the som's rows of the text part.
SAID = {
    "en": ("$1 = 514.12 KZT  tenge stronger, +0.4 %", "week 514.12–517.61, tenge stronger", "som weaker, −0.1 %"),
    "ru": ("1 $ = 514,12 KZT  тенге крепче, +0,4 %", "неделя 514,12–517,61, тенге крепче", "сум слабее, −0,1 %"),
    "kk": ("1 $ = 514,12 KZT  теңге нығайды, +0,4 %", "апта 514,12–517,61, теңге нығайды", "сом әлсіреді, −0,1 %"),
    "uz": (
        "1 $ = 514,12 KZT  tenge kuchaydi, +0,4 %",
        "hafta 514,12–517,61, tenge kuchaydi",
        "so‘m zaiflashdi, −0,1 %",
    ),
    "ky": ("1 $ = 514,12 KZT  теңге чыңдалды, +0,4 %", "апта 514,12–517,61, теңге чыңдалды", "сум алсырады, −0,1 %"),
    "tg": ("1 $ = 514,12 KZT  танга қавӣ шуд, +0,4 %", "ҳафта 514,12–517,61, танга қавӣ шуд", "сӯм заиф шуд, −0,1 %"),
}


async def test_six_languages_get_the_rates_in_words_of_their_own(tmp_path: Path) -> None:
    settings = settings_in(tmp_path).model_copy(update={"fetch_allow_private": True})
    with serve(today=date(2025, 12, 18)) as newsroom:
        with open_at(settings, MORNING - timedelta(hours=12)) as runtime:
            apply(runtime, SAMPLE / "morning-brief.toml", {"SAMPLE_NEWSROOM_URL": newsroom.url})
            take_in(runtime, (SAMPLE / "readers.csv").read_text("utf-8"), "morning")
            await collect(runtime, NewsletterId("morning-brief"))
        newsroom.today = date(2025, 12, 19)
        with open_at(settings, MORNING) as runtime:
            assert (await run(runtime, "morning-brief")).issue.findings == ()

    spoken = {}
    for letter in outbox(settings):
        document = html.document_fromstring(letter.html)
        language = str(document.get("lang")).partition("-")[0]
        spoken[language] = letter
        said = letter.text.replace("\u00a0", " ")
        assert [part for part in SAID[language] if part not in said] == []
        table = document.find(".//caption").getparent()
        printed = " ".join(table.text_content().replace("\u00a0", " ").split())
        quote, change = SAID[language][0].split("  ")
        assert quote in printed
        assert change in printed
        assert "▇" in printed
        for rate in (said, printed):
            assert not re.search(r"[-−+]0[.,]?0*\s?%", rate)
        assert [one.get("href") for one in document.iter("a") if one.text == "www.nbt.tj"] == ["https://www.nbt.tj"]
    assert spoken.keys() == SAID.keys()
