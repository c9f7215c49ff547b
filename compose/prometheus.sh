#!/bin/sh
# Prometheus with the rules of the charts; those of a provider are written once per city.
set -eu

rules=/tmp/rules
mkdir -p "$rules"
for file in /charts/aggregator/alerts/*.yaml; do
    cp "$file" "$rules/aggregator-$(basename "$file")"
done
for city in kazan irkutsk; do
    for file in /charts/provider-backend/alerts/*.yaml; do
        sed "s/__CITY__/$city/g" "$file" >"$rules/$city-$(basename "$file")"
    done
done
exec prometheus --config.file=/compose/prometheus.yml --storage.tsdb.path=/prometheus \
    --storage.tsdb.retention.time=7d
