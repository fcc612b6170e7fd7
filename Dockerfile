# The dashboard for a class or a team:
#   docker build -t landscape .
#   docker run --rm -p 8050:8050 landscape
#   docker run --rm -p 8050:8050 landscape --workers 4 --url-prefix /teaching/landscape
FROM python:3.12-slim

# Chromium and a font draw PNG, SVG and PDF files.
RUN apt-get update \
    && apt-get install -y --no-install-recommends chromium fonts-liberation \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home landscape
WORKDIR /home/landscape/app

COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY landscape landscape
COPY apps apps
RUN pip install --no-cache-dir --constraint constraints.txt ".[dashboard,export,motion,benchmark,learn]"

USER landscape
EXPOSE 8050
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8050/health', timeout=9)"]
ENTRYPOINT ["landscape", "dashboard", "--host", "0.0.0.0"]
