# VMs: the consumer, which holds connections to the survey's Kafka, and those stages that var.stage_vms names.

locals {
  fleets = merge(
    var.kafka == "" ? {} : {
      consumer = { size = var.consumers, units = "nightjar-consume.service", secrets = var.kafka_secrets }
    },
    {
      for stage, size in var.stage_vms :
      stage => { size = size, units = "nightjar-stage@${stage}.service", secrets = toset([]) }
    },
  )
}

resource "google_compute_instance_template" "fleet" {
  for_each     = local.fleets
  name_prefix  = "${var.survey}-${each.key}${local.suffix}-"
  machine_type = var.machine_type

  disk {
    source_image = "debian-cloud/debian-12"
    disk_size_gb = 20
    boot         = true
    auto_delete  = true
  }

  network_interface {
    network = var.network
    dynamic "access_config" {
      for_each = var.external_ip ? [1] : []
      content {}
    }
  }

  service_account {
    email  = google_service_account.job[each.key].email
    scopes = ["cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot = true
  }

  metadata = {
    enable-oslogin             = "TRUE"
    serial-port-logging-enable = "TRUE"
    startup-script             = file("${path.module}/../../vm/startup")
    nightjar-environment       = <<-EOT
      NIGHTJAR_PROJECT="${var.project}"
      NIGHTJAR_SURVEY="${var.survey}"
      NIGHTJAR_SUFFIX="${local.suffix}"
      NIGHTJAR_BUNDLE="${var.bundle == "" ? "gs://${local.files_bucket}/nightjar.tar.gz" : var.bundle}"
      NIGHTJAR_UNITS="${each.value.units}"
      NIGHTJAR_SECRETS="${join(" ", each.value.secrets)}"
      NIGHTJAR_KAFKA="${var.kafka}"
      NIGHTJAR_TOPIC=""
      NIGHTJAR_GROUP="${var.kafka_group == "" ? "nightjar${local.suffix}" : var.kafka_group}"
      NIGHTJAR_WORKERS=""
      KRB5_CONFIG="/opt/nightjar/config/krb5.conf"
    EOT
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_instance_group_manager" "fleet" {
  for_each           = { for job, fleet in local.fleets : job => fleet if job != "consumer" || !var.conducted }
  name               = "${var.survey}-${each.key}${local.suffix}"
  base_instance_name = "${var.survey}-${each.key}${local.suffix}"
  zone               = var.zone
  target_size        = each.value.size

  version {
    instance_template = google_compute_instance_template.fleet[each.key].self_link_unique
  }

  update_policy {
    type                  = "PROACTIVE"
    minimal_action        = "REPLACE"
    max_surge_fixed       = 0
    max_unavailable_fixed = 1
  }

  # A VM reads all of this at its first boot.
  depends_on = [
    google_storage_bucket_iam_member.reads_files,
    google_secret_manager_secret_iam_member.consumer_reads,
    google_pubsub_topic_iam_member.publishes,
    google_pubsub_subscription_iam_member.pulls,
  ]
}
