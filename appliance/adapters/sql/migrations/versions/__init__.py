"""The steps. The file's number is its revision; `migrate.HEAD` names the last."""
