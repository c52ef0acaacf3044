variable "project" {
  description = "The project's id."
  type        = string
}

variable "survey" {
  description = "Whose alerts."
  type        = string
  default     = "ztf"
  validation {
    condition     = can(regex("^[a-z]{1,12}$", var.survey))
    error_message = "A survey's name as `nightjar setup --survey` takes it, such as ztf or lsst."
  }
}

variable "test_id" {
  description = "The test set's id, as given to `nightjar setup`; empty for production."
  type        = string
  default     = ""
  validation {
    # `nightjar setup` takes 20, but a service account's name has 30 at most: "lsst-consumer-" and 16.
    condition     = can(regex("^([a-z][a-z0-9]{0,15})?$", var.test_id))
    error_message = "Lower-case letters and digits, a letter first, 16 at most."
  }
}

variable "region" {
  description = "Where the stages' services run."
  type        = string
  default     = "us-central1"
}

variable "zone" {
  description = "Where the VMs run."
  type        = string
  default     = "us-central1-a"
}

variable "image" {
  description = "The image that deploy/Dockerfile makes, with its tag or digest; unused where all stages run on VMs."
  type        = string
  default     = ""
}

variable "bundle" {
  description = "What the VMs run: the folder of deploy/bundle as a .tar.gz on Cloud Storage; empty: nightjar.tar.gz in the set's broker_files bucket."
  type        = string
  default     = ""
}

variable "kafka" {
  description = "The survey's stream, kafka://HOST:PORT/TOPIC; empty where no consumer is to run, such as with a simulated stream."
  type        = string
  default     = ""
}

variable "kafka_group" {
  description = "The consumers' group; empty: nightjar, with the test set's id. Rubin wants its user's name first."
  type        = string
  default     = ""
}

variable "kafka_secrets" {
  description = "Names of the secrets, made by the project module, that the consumer reads."
  type        = set(string)
  default     = ["ztf-keytab"]
}

variable "consumers" {
  description = "VMs that share the survey's stream."
  type        = number
  default     = 1
}

variable "conducted" {
  description = "Whether 'nightjar night conduct' starts and stops the consumers, which are then machines of their own."
  type        = bool
  default     = false
}

variable "stage_vms" {
  description = "Stages that run on VMs, with the number of VMs, such as { salt2 = 4 }; the others run on Cloud Run."
  type        = map(number)
  default     = {}
  validation {
    condition     = length(setsubtract(keys(var.stage_vms), ["archive", "table", "filter", "salt2"])) == 0
    error_message = "The stages are archive, table, filter and salt2."
  }
}

variable "filters" {
  description = "Names of the filters that the stage filter judges by, as `nightjar setup --filters` has made their topics."
  type        = set(string)
  default     = []
}

variable "fit_filters" {
  description = "The same of those that look at the fit, by which the stage salt2 judges."
  type        = set(string)
  default     = []
}

variable "machine_type" {
  description = "The VMs' type."
  type        = string
  default     = "e2-standard-2"
}

variable "network" {
  description = "The VMs' network. No port needs to be open from outside."
  type        = string
  default     = "default"
}

variable "external_ip" {
  description = "Whether VMs have addresses of their own; false needs Cloud NAT, for the survey's Kafka and Debian's packages."
  type        = bool
  default     = true
}

variable "alert_email" {
  description = "Who is told of a backlog or of dead letters; empty: the alerts show in the console only."
  type        = string
  default     = ""
}
