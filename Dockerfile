# Production. The web server, the worker and beat are one image, three commands.
FROM python:3.12-slim-trixie

ENV PYTHONUTF8=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

# Pango draws the documents; pg_dump and gpg make the backups.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-client gnupg \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home plateau \
    && install -d -o plateau -g plateau /data /data/media /data/backups \
    && install -d -m 700 -o plateau -g plateau /data/gnupg

WORKDIR /app
COPY requirements/base.txt requirements/
RUN pip install --require-hashes -r requirements/base.txt

COPY . .
# Neither step reads a secret: the demo's settings are enough, and stay in this line.
RUN DJANGO_SETTINGS_MODULE=agency.settings.dev python manage.py catalogues \
    && DJANGO_SETTINGS_MODULE=agency.settings.dev python manage.py collectstatic --noinput -v 0 \
    && python -m compileall -q agency programmes groups mentoring grants \
    && rm -rf var/broker

USER plateau
ENV DJANGO_SETTINGS_MODULE=agency.settings.base GNUPGHOME=/data/gnupg
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=3m \
    CMD ["python", "docker/healthcheck.py"]
CMD ["gunicorn", "-c", "python:agency.settings.gunicorn", "-b", "0.0.0.0:8000"]
