"""The Prefect flows: thin. They decorate the steps of ``digest``, pass ids and publish artifacts."""
