# The production image: web, worker, beat and migrate run from it (docker-compose.yml).
FROM node:24-bookworm-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /var/portal /var/portal/static
WORKDIR /srv/portal
COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock
COPY --from=assets /assets/node_modules ./node_modules
COPY . .
RUN python -c "import ctypes; ctypes.CDLL('libharfbuzz-subset.so.0')" && python -m portal.fonts \
    && python -m compileall -q .
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    PORTAL_MODE=production PORTAL_VAR=/var/portal HOST=0.0.0.0 PORT=8000
USER portal
EXPOSE 8000
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py"]
