# One image for web, worker and courier: the command chooses. It runs as user 1000 and writes below /data only.
FROM python:3.13-slim-trixie AS build
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY grader grader
COPY reference reference
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --editable .

FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --no-create-home --shell /usr/sbin/nologin grader \
    && install -d -o 1000 -g 1000 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /data
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    GRADER_VAR_DIR=/data \
    GRADER_DATABASE_URL=sqlite:////data/grader.db
USER 1000:1000
VOLUME /data
CMD ["grader", "serve"]
