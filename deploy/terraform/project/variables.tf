variable "project" {
  description = "The project's id."
  type        = string
}

variable "region" {
  description = "Where the images lie."
  type        = string
  default     = "us-central1"
}

variable "kafka_secrets" {
  description = "Names of the secrets with which the surveys' Kafka is read; each becomes a file on the consumers."
  type        = set(string)
  default     = ["ztf-keytab"]
}
