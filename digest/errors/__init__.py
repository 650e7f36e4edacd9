"""Every error of Byline Digest, in one tree.

::

    DigestError                 something a person must know; says what, where and what to do
    ├── WrongUse                the command cannot be carried out as given (exit code 2)
    │   ├── NoSuchFile          a file that was named is not there or cannot be read
    │   ├── UnknownNewsletter   no newsletter of that name has been applied
    │   ├── UnknownJournalist   nobody of that slug is on the roster
    │   ├── UnknownList         no list of that name exists
    │   ├── UnknownIssue        no issue of that name exists
    │   ├── UnknownReader       nobody with that address is on the list
    │   ├── BadNewsletterFile   a newsletter's TOML cannot be read or means nothing
    │   ├── BadAudienceFile     a CSV of readers cannot be read at all
    │   ├── UnreadableFeedback  what was handed in as feedback cannot be read
    │   ├── BadSetting          an environment variable has a value that cannot be used
    │   ├── NotInThisState      the issue is not in a state that allows this
    │   ├── NotInDoubt          a delivery that was to be settled is in another state
    │   └── NotFit              preflight found errors in the issue: it cannot be approved
    ├── CollectError            one source or bank could not be read; the others go on
    │   ├── FetchError          the address gave no usable answer
    │   │   ├── Unreachable     no connection, no name, no answer in time
    │   │   ├── BadAnswer       an HTTP status that is no success
    │   │   │   └── Challenged  the site wants to see a person in a browser (a challenge, a login)
    │   │   ├── AskedToWait     the site asked us not to come back yet
    │   │   ├── NotText         a picture, a film, an archive: nothing to read
    │   │   ├── PrivateAddress  the address leads into a private network
    │   │   ├── RobotsForbid    the site's robots.txt asks us not to read this
    │   │   └── TooLarge        the answer is bigger than we are willing to read
    │   ├── ParseError          the bytes are not what this kind of source gives
    │   ├── NothingFound        a good answer without any article: suspect, not quiet
    │   ├── NoJournalist        an address that was to be somebody's says nowhere whose it is
    │   └── NoWayToFollow       no feed, API or page shows the journalist's articles
    ├── RenderError             an issue could not be turned into mail
    ├── MailerError             a mailer could not do its work
    │   ├── TryLater            not accepted; safe to ask again after a while
    │   ├── Refused             not accepted, and asking again will not help
    │   └── Uncertain           asked, and the answer is unknown
    ├── IssueStopped            somebody stopped the issue, or too much came back, and nobody has resumed it yet
    ├── LedgerOpen              an issue's ledger does not add up yet: somebody is planned, claimed or unaccounted for
    ├── ServerDidNotStart       Prefect's own server, started for the demo, does not answer
    └── StoreError              the database cannot be used
        ├── StoreUnreachable    no connection, or the file cannot be opened
        └── StoreOutdated       the schema is not the one that this version needs

Each error carries its facts as attributes and a ``advice``: the sentence that says what to do about it. Messages never
hold an address, a token or a key of a reader.
"""

from digest.errors.base import (
    DigestError,
)
from digest.errors.collecting import (
    AskedToWait,
    BadAnswer,
    Challenged,
    CollectError,
    FetchError,
    NoJournalist,
    NothingFound,
    NotText,
    NoWayToFollow,
    ParseError,
    PrivateAddress,
    RobotsForbid,
    TooLarge,
    Unreachable,
)
from digest.errors.running import (
    ServerDidNotStart,
    StoreError,
    StoreOutdated,
    StoreUnreachable,
)
from digest.errors.sending import (
    IssueStopped,
    LedgerOpen,
    MailerError,
    Refused,
    RenderError,
    TryLater,
    Uncertain,
)
from digest.errors.use import (
    BadAudienceFile,
    BadNewsletterFile,
    BadSetting,
    NoSuchFile,
    NotFit,
    NotInDoubt,
    NotInThisState,
    UnknownIssue,
    UnknownJournalist,
    UnknownList,
    UnknownNewsletter,
    UnknownReader,
    UnreadableFeedback,
    WrongUse,
)

__all__ = [
    "AskedToWait",
    "BadAnswer",
    "BadAudienceFile",
    "BadNewsletterFile",
    "BadSetting",
    "Challenged",
    "CollectError",
    "DigestError",
    "FetchError",
    "IssueStopped",
    "LedgerOpen",
    "MailerError",
    "NoJournalist",
    "NoSuchFile",
    "NoWayToFollow",
    "NotFit",
    "NotInDoubt",
    "NotInThisState",
    "NotText",
    "NothingFound",
    "ParseError",
    "PrivateAddress",
    "Refused",
    "RenderError",
    "RobotsForbid",
    "ServerDidNotStart",
    "StoreError",
    "StoreOutdated",
    "StoreUnreachable",
    "TooLarge",
    "TryLater",
    "Uncertain",
    "UnknownIssue",
    "UnknownJournalist",
    "UnknownList",
    "UnknownNewsletter",
    "UnknownReader",
    "Unreachable",
    "UnreadableFeedback",
    "WrongUse",
]
