# One set of the broker: a survey's production, or a test set beside it. Parsed and checked by deploy/check; never applied.
#
# `nightjar setup` makes topics, subscriptions, buckets, dataset, tables and notifications, and must have run before: this
# module only names them, to give rights on them. What it makes itself: service accounts and their rights, the stages'
# Cloud Run services, the VMs, and the alerts.

terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region
  zone    = var.zone
}

data "google_project" "this" {
  project_id = var.project
}

locals {
  suffix = var.test_id == "" ? "" : "-${var.test_id}"

  filters     = sort(tolist(var.filters))
  fit_filters = sort(tolist(var.fit_filters))

  # As Sources/CloudBroker/Names/CloudNames.swift has them.
  topics = {
    for stream in concat(
      ["alert_data", "alert_avro_bucket", "exgalac_trans", "salt2", "dead_letters"], local.filters, local.fit_filters
    ) :
    stream => "${var.survey}_${stream}${local.suffix}"
  }
  subscriptions = {
    archive = "${var.survey}_alert_data-archive${local.suffix}"
    table   = "${var.survey}_alert_data-table${local.suffix}"
    filter  = "${var.survey}_alert_data-filter${local.suffix}"
    salt2   = "${var.survey}_exgalac_trans-salt2${local.suffix}"
  }
  dead_letter_counter = "${var.survey}_dead_letters-counter${local.suffix}"
  archive_bucket      = "${var.project}_${var.survey}_alert_avro_bucket${local.suffix}"
  plot_bucket         = "${var.project}_${var.survey}-sncosmo${local.suffix}"
  files_bucket        = "${var.project}-broker_files${local.suffix}"
  dataset             = "${var.survey}_alerts${replace(local.suffix, "-", "_")}"

  stages = toset(keys(local.subscriptions))
}
