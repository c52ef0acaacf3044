# What `nightjar night conduct` works with: consumers that are machines of their own, since an instance group starts again what
# is stopped, and the account of the conductor. Its machine is not made here: any machine with this account will do.

locals {
  lone_consumers = var.conducted && var.kafka != "" ? var.consumers : 0

  # Of the project: the conductor finds machines, services, backlogs and counters by their names.
  conductor_roles = toset(var.conducted ? [
    "roles/compute.instanceAdmin.v1", "roles/run.developer", "roles/monitoring.viewer", "roles/pubsub.editor",
    "roles/bigquery.jobUser",
  ] : [])
}

resource "google_compute_instance_from_template" "consumer" {
  count                    = local.lone_consumers
  name                     = "${var.survey}-consumer${local.suffix}-${count.index + 1}"
  zone                     = var.zone
  source_instance_template = google_compute_instance_template.fleet["consumer"].self_link_unique

  lifecycle {
    # The conductor sets the night's topic.
    ignore_changes = [metadata]
  }

  # A machine reads all of this at each boot.
  depends_on = [
    google_storage_bucket_iam_member.reads_files,
    google_secret_manager_secret_iam_member.consumer_reads,
    google_pubsub_topic_iam_member.publishes,
  ]
}

resource "google_service_account" "conductor" {
  count        = var.conducted ? 1 : 0
  account_id   = "${var.survey}-conduct${local.suffix}"
  display_name = "Nightjar ${var.survey}${local.suffix}: conductor"
}

resource "google_project_iam_member" "conducts" {
  for_each = local.conductor_roles
  project  = var.project
  role     = each.value
  member   = google_service_account.conductor[0].member
}

# A night is proven by its rows and objects.
resource "google_bigquery_dataset_iam_member" "conductor_counts_rows" {
  count      = var.conducted ? 1 : 0
  dataset_id = local.dataset
  role       = "roles/bigquery.dataViewer"
  member     = google_service_account.conductor[0].member
}

resource "google_storage_bucket_iam_member" "conductor_counts_objects" {
  count  = var.conducted ? 1 : 0
  bucket = local.archive_bucket
  role   = "roles/storage.objectViewer"
  member = google_service_account.conductor[0].member
}

# Starting a machine or changing a service takes the right to act as its account.
resource "google_service_account_iam_member" "conductor_acts_as" {
  for_each           = var.conducted ? google_service_account.job : {}
  service_account_id = each.value.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.conductor[0].member
}
