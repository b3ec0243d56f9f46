{{/* Name of the operator's objects in the release's namespace. */}}
{{- define "penstock.operator" -}}
{{ printf "%s-operator" (.Release.Name | trunc 54 | trimSuffix "-") }}
{{- end }}

{{/* Name of the operator's objects outside of namespaces; two releases of one name in two namespaces do not meet. */}}
{{- define "penstock.clusterName" -}}
{{ printf "%s-%s" .Release.Namespace (include "penstock.operator" .) }}
{{- end }}

{{- define "penstock.account" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "penstock.operator" .) }}
{{- else -}}
{{ required "serviceAccount.name: empty (expected: the name of a ServiceAccount, as serviceAccount.create is false)" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{/* What chooses the operator's pods; it never changes. */}}
{{- define "penstock.selector" -}}
app.kubernetes.io/name: penstock-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of whatever the chart makes, without those that choose pods. */}}
{{- define "penstock.chartLabels" -}}
app.kubernetes.io/part-of: penstock
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "penstock.labels" -}}
{{ include "penstock.selector" . }}
{{ include "penstock.chartLabels" . }}
{{- end }}

{{/* An image from (list root image): a tag follows a colon, a digest an at sign. */}}
{{- define "penstock.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $tag := $image.tag | default $root.Chart.AppVersion -}}
{{- if hasPrefix "sha256:" $tag -}}
{{ $image.repository }}@{{ $tag }}
{{- else -}}
{{ $image.repository }}:{{ $tag }}
{{- end -}}
{{- end }}

{{/* Metadata of a pool or gateway from (list root entry path): its namespace must be one that is served. */}}
{{- define "penstock.resourceMetadata" -}}
{{- $root := index . 0 -}}
{{- $entry := index . 1 -}}
{{- $namespace := $entry.namespace | default $root.Release.Namespace -}}
{{- if and $root.Values.watchNamespaces (not (has $namespace $root.Values.watchNamespaces)) -}}
{{- fail (printf "%s %s: namespace %s (expected: one of watchNamespaces: %s)" (index . 2) $entry.name $namespace (join ", " $root.Values.watchNamespaces)) -}}
{{- end -}}
name: {{ $entry.name }}
namespace: {{ $namespace }}
labels:
  {{- include "penstock.chartLabels" $root | nindent 2 }}
  {{- with $entry.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with $entry.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
