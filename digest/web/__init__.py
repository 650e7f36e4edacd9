"""The open door: the pages behind the links in our mails, sent issues for everybody, and health for operators."""
