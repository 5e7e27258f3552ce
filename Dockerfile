# One image for the demo and for production; what differs is the settings file.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

# A fixed number, so that the owner of a mounted volume can be chosen beforehand.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin paravent \
    && install -d -o paravent -g paravent -m 0700 /data

WORKDIR /srv/paravent
COPY requirements-runtime.lock ./
RUN pip install --require-hashes --no-deps -r requirements-runtime.lock

COPY pyproject.toml README.md LICENSE ./
COPY gateway gateway
COPY labels labels
COPY mappings mappings
RUN pip install --no-deps --no-build-isolation --no-index . \
    && python -m compileall -q "$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
    && rm -rf /srv/paravent

# The database of the smallest installation, and the key file (mode 0600), live here.
USER paravent
WORKDIR /data
VOLUME /data
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
    ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/fhir/metadata', timeout=4)"]

# waitress, from /data/paravent.toml (host = "0.0.0.0" to be seen outside the container);
# a proxy that ends TLS stands in front of it.
ENTRYPOINT ["paravent"]
CMD ["serve", "--settings", "/data/paravent.toml"]
