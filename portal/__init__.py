"""The citizen's pages (`/`, `/track`) and the open API (`/api/v1`)."""
