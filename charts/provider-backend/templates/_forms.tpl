{{/* Values that have to look like something. Here and not as patterns of the schema, whose message would be the pattern. */}}
{{- define "provider.wrongForms" -}}
{{- $v := .Values -}}
{{- $forms := list
      (list "domain" $v.domain "([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]" "a host name like kino.example, in small letters, without https:// and path")
      (list "cinema.timeZone" $v.cinema.timeZone "[A-Za-z_]+(/[A-Za-z0-9_+-]+)*" "a time zone like Europe/Moscow")
      (list "cinema.currency" $v.cinema.currency "[A-Z]{3}" "a currency of ISO 4217 like RUB")
      (list "image.digest" $v.image.digest "sha256:[0-9a-f]{64}" "sha256: and 64 hexadecimal digits")
      (list "image.tag" $v.image.tag "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}" "a tag like 1.4.0")
      (list "tracesUrl" $v.tracesUrl "https?://.+" "an address like http://collector.tracing:4318")
      (list "postgresql.storage.size" $v.postgresql.storage.size "[1-9][0-9]*(Mi|Gi|Ti)" "a size like 20Gi")
      (list "postgresql.backup.destination" $v.postgresql.backup.destination "s3://.+" "an address like s3://bucket/path")
      (list "postgresql.backup.endpoint" $v.postgresql.backup.endpoint "https?://.+" "an address like https://s3.example")
      (list "postgresql.backup.retention" $v.postgresql.backup.retention "[1-9][0-9]*[dwm]" "days, weeks or months like 30d")
      (list "postgresql.backup.schedule" $v.postgresql.backup.schedule "(\\S+ ){5}\\S+" "six fields, seconds first, like 0 0 2 * * *")
      (list "postgresql.backup.archive" $v.postgresql.backup.archive "[a-z0-9][a-z0-9-]*" "a name like kazan-postgresql-2")
      (list "postgresql.recovery.archive" $v.postgresql.recovery.archive "[a-z0-9][a-z0-9-]*" "a name like kazan-postgresql")
      (list "postgresql.recovery.targetTime" $v.postgresql.recovery.targetTime "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d([+-]\\d\\d(:\\d\\d)?|Z)" "a moment with its offset like 2026-12-01 18:25:00+03")
      (list "monitoring.interval" $v.monitoring.interval "[1-9][0-9]*(s|m)" "a duration like 15s") -}}
{{- $may := list "domain" "image.digest" "image.tag" "tracesUrl" "postgresql.backup.destination" "postgresql.backup.endpoint"
      "postgresql.backup.archive" "postgresql.recovery.archive" "postgresql.recovery.targetTime" -}}
{{- $wrong := list -}}
{{- range $forms -}}
{{- $name := index . 0 -}}
{{- $value := index . 1 -}}
{{- if and (not (regexMatch (printf "^(%s)$" (index . 2)) $value)) (or $value (not (has $name $may))) -}}
{{- $wrong = append $wrong (printf "%s is %q: it must be %s" $name $value (index . 3)) -}}
{{- end -}}
{{- end -}}
{{ toJson $wrong }}
{{- end }}
