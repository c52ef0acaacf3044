# One service account for each job, with rights on just the things it works with.

resource "google_service_account" "job" {
  for_each     = setunion(local.stages, ["consumer", "push"])
  account_id   = "${var.survey}-${each.value}${local.suffix}"
  display_name = "Nightjar ${var.survey}${local.suffix}: ${each.value}"
}

locals {
  member = { for job, account in google_service_account.job : job => account.member }

  # Pub/Sub's own account, which moves dead letters and signs pushes.
  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"

  # job -> streams that it publishes; every job that reads alerts may publish dead letters.
  published = {
    consumer = ["alert_data", "dead_letters"]
    archive  = ["dead_letters"]
    table    = ["dead_letters"]
    filter   = concat(["exgalac_trans", "dead_letters"], local.filters)
    salt2    = concat(["salt2", "dead_letters"], local.fit_filters)
  }
  # The rows of what filters pass are written where they are judged.
  fillers = toset(concat(["table", "salt2"], length(local.filters) > 0 ? ["filter"] : []))
  publications = merge([
    for job, streams in local.published : {
      for stream in streams : "${job}/${stream}" => { job = job, stream = stream }
    }
  ]...)
}

resource "google_pubsub_topic_iam_member" "publishes" {
  for_each = local.publications
  topic    = local.topics[each.value.stream]
  role     = "roles/pubsub.publisher"
  member   = local.member[each.value.job]
}

# Each looks at its start whether the topics that it publishes are there.
resource "google_pubsub_topic_iam_member" "looks" {
  for_each = local.publications
  topic    = local.topics[each.value.stream]
  role     = "roles/pubsub.viewer"
  member   = local.member[each.value.job]
}

resource "google_pubsub_subscription_iam_member" "pulls" {
  for_each     = local.subscriptions
  subscription = each.value
  role         = "roles/pubsub.subscriber"
  member       = local.member[each.key]
}

# Whether a subscription is there and how it is set.
resource "google_pubsub_subscription_iam_member" "looks" {
  for_each     = local.subscriptions
  subscription = each.value
  role         = "roles/pubsub.viewer"
  member       = local.member[each.key]
}

# Dead letters: Pub/Sub takes them from the subscription and publishes them.
resource "google_pubsub_subscription_iam_member" "agent_takes_dead_letters" {
  for_each     = local.subscriptions
  subscription = each.value
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

resource "google_pubsub_topic_iam_member" "agent_publishes_dead_letters" {
  topic  = local.topics["dead_letters"]
  role   = "roles/pubsub.publisher"
  member = local.pubsub_agent
}

# Pushes: Pub/Sub signs as the account `push`, which may call the services.
resource "google_service_account_iam_member" "agent_signs_pushes" {
  service_account_id = google_service_account.job["push"].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent
}

# The archive's objects are made and read, never written over: that needs the right to delete, which is not given.
resource "google_storage_bucket_iam_member" "archives" {
  for_each = toset(["roles/storage.objectCreator", "roles/storage.objectViewer"])
  bucket   = local.archive_bucket
  role     = each.value
  member   = local.member["archive"]
}

# The filtered stream has no images: the plots take them out of the archive.
resource "google_storage_bucket_iam_member" "reads_cutouts" {
  bucket = local.archive_bucket
  role   = "roles/storage.objectViewer"
  member = local.member["salt2"]
}

# A plot that is drawn again replaces the first.
resource "google_storage_bucket_iam_member" "draws" {
  bucket = local.plot_bucket
  role   = "roles/storage.objectUser"
  member = local.member["salt2"]
}

# The configuration, and for VMs the software.
resource "google_storage_bucket_iam_member" "reads_files" {
  for_each = setunion(local.stages, ["consumer"])
  bucket   = local.files_bucket
  role     = "roles/storage.objectViewer"
  member   = local.member[each.value]
}

resource "google_bigquery_dataset_iam_member" "fills_tables" {
  for_each   = local.fillers
  dataset_id = local.dataset
  role       = "roles/bigquery.dataEditor"
  member     = local.member[each.value]
}

# They merge their tables by queries, and those run in the project.
resource "google_project_iam_member" "runs_queries" {
  for_each = local.fillers
  project  = var.project
  role     = "roles/bigquery.jobUser"
  member   = local.member[each.value]
}

resource "google_secret_manager_secret_iam_member" "consumer_reads" {
  for_each  = var.kafka_secrets
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = local.member["consumer"]
}
