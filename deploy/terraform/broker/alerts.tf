# Who is told when the broker falls behind, and when something could not be used.

resource "google_monitoring_notification_channel" "email" {
  count        = var.alert_email == "" ? 0 : 1
  display_name = "Nightjar ${var.survey}${local.suffix}"
  type         = "email"
  labels = {
    email_address = var.alert_email
  }
}

resource "google_monitoring_alert_policy" "backlog" {
  display_name          = "Nightjar ${var.survey}${local.suffix}: a stage is 15 minutes behind"
  combiner              = "OR"
  notification_channels = google_monitoring_notification_channel.email[*].name

  dynamic "conditions" {
    for_each = local.subscriptions
    content {
      display_name = conditions.key
      condition_threshold {
        filter = join(" AND ", [
          "resource.type = \"pubsub_subscription\"",
          "resource.labels.subscription_id = \"${conditions.value}\"",
          "metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\"",
        ])
        comparison      = "COMPARISON_GT"
        threshold_value = 900
        duration        = "300s"
        aggregations {
          alignment_period   = "60s"
          per_series_aligner = "ALIGN_MAX"
        }
      }
    }
  }
}

# The counter's messages are the night's dead letters until it is cleared.
resource "google_monitoring_alert_policy" "dead_letters" {
  display_name          = "Nightjar ${var.survey}${local.suffix}: dead letters"
  combiner              = "OR"
  notification_channels = google_monitoring_notification_channel.email[*].name

  conditions {
    display_name = local.dead_letter_counter
    condition_threshold {
      filter = join(" AND ", [
        "resource.type = \"pubsub_subscription\"",
        "resource.labels.subscription_id = \"${local.dead_letter_counter}\"",
        "metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\"",
      ])
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
}
