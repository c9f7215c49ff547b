{{/* What the schema can't say, or not in words that help. All that is wrong is told at once. */}}
{{- define "provider.checks" -}}
{{- $wrong := list -}}
{{- range list "Names" "Forms" "Parts" "Connections" -}}
{{- $wrong = concat $wrong (include (printf "provider.wrong%s" .) $ | fromJsonArray) -}}
{{- end -}}
{{- if $wrong -}}
{{- fail (printf "\n\n%s\n" (join "\n" $wrong)) -}}
{{- end -}}
{{- end }}

{{- define "provider.wrongNames" -}}
{{- $wrong := list -}}
{{- $city := .Values.city -}}
{{- $name := "^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$" -}}
{{- if not $city -}}
{{- $wrong = append $wrong "city is not set: the city's public id, for example --set city=kazan" -}}
{{- else if not (regexMatch $name $city) -}}
{{- $wrong = append $wrong (printf "city %q can't be a name in Kubernetes: small letters, digits and hyphens, at most 40, a letter first" $city) -}}
{{- else if ne (.Values.namespace | default $city) .Release.Namespace -}}
{{- $wrong = append $wrong (printf "These are the values of city %q, but the namespace is %q: install with --namespace %s, or set namespace if that is meant" $city .Release.Namespace (.Values.namespace | default $city)) -}}
{{- end -}}
{{- if not .Values.domain -}}
{{- $wrong = append $wrong "domain is not set: the site's host name, for example --set domain=kino.example" -}}
{{- end -}}
{{- if not .Values.image.repository -}}
{{- $wrong = append $wrong "image.repository is not set: where the image is, for example registry.example/cinema" -}}
{{- end -}}
{{- if not (or .Values.image.digest .Values.image.tag) -}}
{{- $wrong = append $wrong "Neither image.digest nor image.tag is set: which image shall run?" -}}
{{- end -}}
{{ toJson $wrong }}
{{- end }}

{{- define "provider.wrongParts" -}}
{{- $wrong := list -}}
{{- range $name, $_ := .Values.env -}}
{{- if has $name (list "SECRET_KEY" "SECRET_KEY_FALLBACKS" "DATABASE_URL" "DATABASE_REPLICA_URLS" "YOOKASSA_SECRET_KEY" "EMAIL_URL") -}}
{{- $wrong = append $wrong (printf "env.%s is secret and would be readable in the release: put it into a Secret and name that in secrets.more" $name) -}}
{{- end -}}
{{- end -}}
{{- $own := dict "WEB_CONCURRENCY" "web.workers" "WEB_THREADS" "web.threads" "DATABASE_POOL_SIZE" "web.poolSize"
      "GRACEFUL_SECONDS" "web.gracefulSeconds" -}}
{{- range $name, $_ := .Values.env -}}
{{- if hasKey $own $name -}}
{{- $wrong = append $wrong (printf "env.%s: set %s instead" $name (get $own $name)) -}}
{{- else if has $name (list "BIND" "CHORES_METRICS" "DATABASE_USER" "DATABASE_PASSWORD") -}}
{{- $wrong = append $wrong (printf "env.%s is not to be set: the chart's own Services, probes and addresses count on it" $name) -}}
{{- end -}}
{{- end -}}
{{- range list "synchronous_commit" "synchronous_standby_names" "fsync" "full_page_writes" -}}
{{- if hasKey $.Values.postgresql.parameters . -}}
{{- $wrong = append $wrong (printf "postgresql.parameters.%s is not to be set: sales that were answered could be lost" .) -}}
{{- end -}}
{{- end -}}
{{- if hasKey .Values.postgresql.parameters "max_connections" -}}
{{- $wrong = append $wrong "postgresql.parameters.max_connections: set postgresql.maxConnections instead" -}}
{{- end -}}
{{- if and .Values.ingress.enabled .Values.gateway.enabled -}}
{{- $wrong = append $wrong "Both ingress and gateway are enabled: choose one, and set the other's `enabled` to false" -}}
{{- end -}}
{{- if and .Values.gateway.enabled (not .Values.gateway.name) -}}
{{- $wrong = append $wrong "gateway.name is not set: the Gateway that the HTTPRoute attaches to" -}}
{{- end -}}
{{- if and (eq .Values.selling.payments "yookassa") (not (or .Values.secrets.more .Values.secrets.existing)) -}}
{{- $wrong = append $wrong "selling.payments is yookassa: name a Secret with YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY in secrets.more" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (lt (int .Values.autoscaling.max) (int .Values.replicas)) -}}
{{- $wrong = append $wrong (printf "autoscaling.max (%d) is below replicas (%d)" (int .Values.autoscaling.max) (int .Values.replicas)) -}}
{{- end -}}
{{- if lt (int .Values.web.poolSize) (int .Values.web.threads) -}}
{{- $wrong = append $wrong (printf "web.poolSize (%d) is below web.threads (%d): threads would wait for each other's connections" (int .Values.web.poolSize) (int .Values.web.threads)) -}}
{{- end -}}
{{- if eq .Values.database.type "external" -}}
{{- if not .Values.database.external.secret -}}
{{- $wrong = append $wrong "database.external.secret is not set: a Secret with DATABASE_URL and, where there are replicas, DATABASE_REPLICA_URLS" -}}
{{- end -}}
{{- else if and .Values.postgresql.numbers (ne (len .Values.postgresql.numbers) (int .Values.postgresql.instances)) -}}
{{- $wrong = append $wrong (printf "postgresql.numbers names %d instances and postgresql.instances says %d" (len .Values.postgresql.numbers) (int .Values.postgresql.instances)) -}}
{{- end -}}
{{- with .Values.postgresql.recovery.archive -}}
{{- if not $.Values.postgresql.backup.enabled -}}
{{- $wrong = append $wrong "postgresql.recovery needs postgresql.backup: that says where the archive is" -}}
{{- end -}}
{{- if eq . ($.Values.postgresql.backup.archive | default (include "provider.database" $)) -}}
{{- $wrong = append $wrong (printf "postgresql.recovery.archive is %q, into which the new cluster would write too: give it one of its own in postgresql.backup.archive" .) -}}
{{- end -}}
{{- end -}}
{{- with .Values.postgresql.backup -}}
{{- if and .enabled (not (and .destination .secret)) -}}
{{- $wrong = append $wrong "postgresql.backup is enabled: set its destination (s3://bucket/path) and its secret (ACCESS_KEY_ID, ACCESS_SECRET_KEY)" -}}
{{- end -}}
{{- end -}}
{{ toJson $wrong }}
{{- end }}

{{/* Whether all pods, at most as many as there may be and one more in a rollout, find a connection each time they want
one. Each process may open to the primary: a pool, 2 for reads without replicas and 1 to watch; and as one of the
instances that it reads from, a pool and 1 to watch. Chores (two during a rollout) have the former. 30 are for
migrations, the operator, daily commands and people. */}}
{{- define "provider.wrongConnections" -}}
{{- $external := eq .Values.database.type "external" -}}
{{- $most := ternary .Values.database.external.maxConnections .Values.postgresql.maxConnections $external | int -}}
{{- $pods := ternary .Values.autoscaling.max .Values.replicas .Values.autoscaling.enabled | int | add1 -}}
{{- $pool := int .Values.web.poolSize -}}
{{- $process := ternary (add $pool 3) (add $pool 3 $pool 1) $external -}}
{{- $chores := mul (add1 (int .Values.chores.replicas)) (add $pool 3) -}}
{{- $needed := add (mul $pods (int .Values.web.workers) $process) $chores 30 -}}
{{- if and (gt $most 0) (gt (int $needed) $most) -}}
{{- $where := ternary "database.external.maxConnections" "postgresql.maxConnections" $external -}}
{{ list (printf "The primary takes %d connections (%s), but %d may be needed: %d pods × %d processes × %d, chores %d, others 30. Lower autoscaling.max, web.workers or web.poolSize, or raise %s" $most $where (int $needed) (int $pods) (int .Values.web.workers) (int $process) (int $chores) $where) | toJson }}
{{- else -}}
[]
{{- end -}}
{{- end }}
