import pytest

from digest.collect.text.language import language_of


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("Rivers rise in spring", "en", "en"),
        ("Rivers rise in spring", "en_US", "en-US"),
        ("Rivers", "no language at all", "und"),
        ("", "en", "en"),
        ("Весной поднимаются реки, и никто не знает почему", "en", "ru"),
        ("Весной поднимаются реки", "ru", "ru"),
        ("Весной поднимаются реки", "kk-KZ", "kk-KZ"),
        ("Көктемде өзендер көтеріледі, неге екенін ешкім білмейді", "en", "kk"),
        ("Жазында дарыялар көтөрүлөт, эмне үчүн экенин эч ким билбейт, өлкөнүн ичинде", "en", "ky"),
        ("Баҳорда дарёлар кўтарилади, нега эканини ҳеч ким билмайди, ўзи ҳам", "en", "uz"),
        ("Баҳорон дарёҳо баланд мешаванд, ҳеҷ кас намедонад барои чӣ, ҷойи ӯ", "en", "tg"),
        ("The mayor of Алматы spoke at length about rivers", "en", "en"),
    ],
)
def test_letters_overrule_a_statement_that_cannot_be_true(text: str, stated: str, language: str) -> None:
    assert language_of(text, stated) == language
