# What a project needs once, before `nightjar setup`: the services, a place for images, the Kafka secrets' places, and the
# right without which a bucket's notifications cannot be made. Parsed and checked by deploy/check; never applied.

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
}

resource "google_project_service" "used" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "bigquery.googleapis.com",
    "bigquerystorage.googleapis.com",
    "compute.googleapis.com",
    "iam.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ])
  service            = each.value
  disable_on_destroy = false
}

resource "google_artifact_registry_repository" "images" {
  location      = var.region
  repository_id = "nightjar"
  format        = "DOCKER"
  depends_on    = [google_project_service.used]
}

# Places only. Their values are put in by `gcloud secrets versions add`, so that no state file ever holds one.
resource "google_secret_manager_secret" "kafka" {
  for_each  = var.kafka_secrets
  secret_id = each.value
  replication {
    auto {}
  }
  depends_on = [google_project_service.used]
}

# Cloud Storage publishes the archive's notifications itself. It is given this for the project, since the topics are made
# later, by `nightjar setup`, together with the notifications that need it.
data "google_storage_project_service_account" "storage" {
  depends_on = [google_project_service.used]
}

resource "google_project_iam_member" "storage_publishes" {
  project = var.project
  role    = "roles/pubsub.publisher"
  member  = data.google_storage_project_service_account.storage.member
}
