# One image runs everything of a cinema: the provider, the site, migrations, chores and commands.
# docs/image.md says how it is built and run.

ARG BASE=python:3.13.15-slim-bookworm

# Where packages are installed; nothing of it stays but /opt/venv.
FROM ${BASE} AS installer
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements-build.txt requirements.txt ./
# Wheels only, so no compiler is needed; what is published as source alone is plain Python, and is
# built by the setuptools that was just installed by its hash.
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    pip install --no-cache-dir --require-hashes --no-deps --only-binary=:all: -r requirements-build.txt && \
    pip wheel --no-cache-dir --require-hashes --no-deps --no-build-isolation \
        --only-binary=:all: --no-binary=yookassa --wheel-dir wheels -r requirements.txt && \
    python -m venv --without-pip /opt/venv && \
    pip --python /opt/venv/bin/python install --no-index --no-deps --compile wheels/*.whl && \
    rm -r wheels

# The programs, with what browsers need under names that change with its content.
FROM installer AS programs
WORKDIR /app
COPY manage.py ./
COPY aggregator aggregator
COPY bookings bookings
COPY cinema cinema
COPY movies movies
# Settings want to know these; nothing is signed and no database is asked.
RUN export SECRET_KEY=signs-nothing DATABASE_URL=postgres://localhost/none \
        CITIES='[{"id": "none", "name": "none", "url": "http://localhost", "time_zone": "UTC"}]' && \
    /opt/venv/bin/python manage.py collectstatic --noinput && \
    DJANGO_SETTINGS_MODULE=aggregator.settings /opt/venv/bin/python -m django collectstatic --noinput && \
    /opt/venv/bin/python -m compileall -q . && \
    chmod -R a+rX .

# The same for everything that runs: a user without rights, no pip.
FROM ${BASE} AS runtime
RUN python -m pip uninstall --yes --quiet --root-user-action=ignore pip && \
    rm -rf /usr/local/lib/python3*/ensurepip && \
    groupadd --system --gid 10001 cinema && \
    useradd --system --uid 10001 --gid cinema --home-dir /tmp --no-create-home --shell /usr/sbin/nologin cinema
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM

# Load generator: docker build --target load
FROM installer AS load-installer
COPY requirements-load.txt ./
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    pip --python /opt/venv/bin/python install --no-cache-dir --require-hashes --no-deps --compile \
        --only-binary=:all: --no-binary=yookassa -r requirements-load.txt

FROM runtime AS load
COPY --from=load-installer /opt/venv /opt/venv
COPY loadtest loadtest
EXPOSE 8089
CMD ["python", "-m", "loadtest", "--web-host", "0.0.0.0", "--report", "/tmp/load-report"]

FROM runtime AS cinema
COPY --from=programs /opt/venv /opt/venv
COPY --from=programs /app /app
ARG VERSION=dev
ARG REVISION=unknown
ENV APP_VERSION=${VERSION} \
    APP_REVISION=${REVISION} \
    BIND=0.0.0.0:8001
LABEL org.opencontainers.image.title="cinema" \
      org.opencontainers.image.description="Cinema ticketing: provider, storefront, migrations and chores" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
EXPOSE 8000 8001
CMD ["gunicorn", "-c", "cinema/gunicorn.conf.py", "cinema.wsgi:application"]
