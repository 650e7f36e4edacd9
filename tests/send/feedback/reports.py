"""Mails that come back, as mail servers and mailbox providers write them. Addresses and words are made up."""

DELIVERY = "Zm9vYmFyYmF6cXV4MTIzNA"
TOKEN = "-_tokentokentokentoken"[:22]
PATH = f"bounces+{DELIVERY}@news.example"


def a_bounce(
    *,
    to: str = PATH,
    action: str = "failed",
    status: str = "5.1.1",
    diagnosis: str = "smtp; 550 5.1.1 <reader1@example.org>: Recipient address rejected: User unknown",
    returned: str = f"Message-ID: <{DELIVERY}@news.example.org>\nSubject: Snow",
    more: str = "",
) -> bytes:
    """A delivery status notification as Postfix writes it."""
    return f"""Return-Path: <>
Received: by mx.news.example (Postfix); Sat, 1 Nov 2025 10:00:00 +0100 (CET)
Date: Sat, 1 Nov 2025 10:00:00 +0100 (CET)
From: MAILER-DAEMON@mx.news.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"
Message-Id: <20251101090000.4XyZ@mx.news.example>

--=b
Content-Type: text/plain; charset=us-ascii

This is the mail system. Your message could not be delivered.

--=b
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.news.example
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Sat,  1 Nov 2025 09:59:58 +0100 (CET)

Final-Recipient: rfc822; reader1@example.org
Original-Recipient: rfc822;reader1@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: {diagnosis}
{more}
--=b
Content-Type: message/rfc822

{returned}

text of the mail
--=b--
""".encode()


def a_qmail_bounce(*, to: str = PATH) -> bytes:
    """A bounce in prose, with the mail below."""
    return f"""Return-Path: <>
Date: 1 Nov 2025 09:00:00 -0000
From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<reader1@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <desk@news.example>
Message-ID: <{DELIVERY}@news.example.org>
Subject: Snow

text
""".encode()


def a_complaint(
    *,
    kind: str = "abuse",
    returned: str = f"Message-ID: <{DELIVERY}@news.example.org>\nTo: redacted@redacted.invalid\nSubject: Snow",
    path: str = "",
) -> bytes:
    """A report of a feedback loop; the reader is blacked out."""
    return f"""From: <feedback@provider.example>
Date: Sat, 1 Nov 2025 09:00:00 +0000
Subject: FW: Snow
To: <bounces@news.example>
Message-ID: <report-1@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=b"

--=b
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--=b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
{path}Original-Rcpt-To: redacted@redacted.invalid
Arrival-Date: Sat, 1 Nov 2025 08:00:00 +0000
Source-IP: 192.0.2.1

--=b
Content-Type: message/rfc822

{returned}

text
--=b--
""".encode()


def a_letter(
    subject: str = "unsubscribe", *, to: str = "bounces@news.example", more: str = "", body: str = "please"
) -> bytes:
    """A mail that somebody, or their software, wrote."""
    return f"""From: Reader One <reader1@example.org>
Date: Sat, 1 Nov 2025 09:00:00 +0000
To: {to}
Subject: {subject}
Message-ID: <letter-1@example.org>
{more}
{body}
""".encode()
