import pytest

from digest.collect.text.syndication import without_syndication

TEXT = "Water reached the canal."


@pytest.mark.parametrize(
    "line",
    [
        "The post Rivers rise appeared first on The Herald.",
        "The post Rivers rise first appeared on The Herald.",
        "Сообщение Реки поднялись появились сначала на Вестник.",
        "Запись Реки поднялись впервые появилась Вестник.".replace("появилась ", "появилась на "),
        "Der Beitrag Flüsse steigen erschien zuerst auf Der Bote.",
        "Cet article Les fleuves montent est apparu en premier sur Le Courrier.",
        "L’article Les fleuves montent est apparu en premier sur Le Courrier.",
        "La entrada Suben los ríos apareció primero en El Heraldo.",
        "La entrada Suben los ríos se publicó primero en El Heraldo.",
        "L'articolo I fiumi salgono proviene da Il Corriere.",
        "O post Os rios sobem apareceu primeiro em O Arauto.",
        "Het bericht Rivieren stijgen verscheen eerst op De Bode.",
        "Artykuł Rzeki wzbierają pochodzi z serwisu Goniec.",
        "Inlägget Floderna stiger dök först upp på Budet.",
        "Nehirler yükseliyor yazısı ilk önce Haberci üzerinde ortaya çıktı.",
    ],
)
def test_the_line_of_wordpress_goes_in_its_languages(line: str) -> None:
    assert without_syndication(f"{TEXT}\n\n{line}") == TEXT
    assert without_syndication(line) == ""


@pytest.mark.parametrize(
    "text", [TEXT, "The post was empty. Water appeared first on Monday and went.", "The post " * 9]
)
def test_what_only_begins_so_stays(text: str) -> None:
    if "appeared" in text:
        text += " " + "It stayed for weeks. " * 30
    assert without_syndication(text) == text.rstrip()
