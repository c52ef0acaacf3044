# The stages on Cloud Run, as the files of deploy/cloud-run describe them: those are read here, so that there is one
# description. deploy/cloud-run/push then makes the subscriptions push to them.

locals {
  services = {
    for stage in setsubtract(local.stages, keys(var.stage_vms)) : stage => yamldecode(templatefile(
      "${path.module}/../../cloud-run/${stage}.yaml",
      {
        project = var.project, region = var.region, survey = var.survey, suffix = local.suffix, dataset = local.dataset,
        image   = var.image
      }
    ))
  }
}

resource "google_cloud_run_v2_service" "stage" {
  for_each            = local.services
  name                = each.value.metadata.name
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  custom_audiences    = jsondecode(each.value.metadata.annotations["run.googleapis.com/custom-audiences"])
  deletion_protection = false

  template {
    service_account                  = google_service_account.job[each.key].email
    max_instance_request_concurrency = each.value.spec.template.spec.containerConcurrency
    timeout                          = "${each.value.spec.template.spec.timeoutSeconds}s"
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"

    scaling {
      min_instance_count = tonumber(each.value.spec.template.metadata.annotations["autoscaling.knative.dev/minScale"])
      max_instance_count = tonumber(each.value.spec.template.metadata.annotations["autoscaling.knative.dev/maxScale"])
    }

    dynamic "containers" {
      for_each = each.value.spec.template.spec.containers
      content {
        image = containers.value.image
        args  = containers.value.args

        ports {
          name           = containers.value.ports[0].name
          container_port = containers.value.ports[0].containerPort
        }

        resources {
          limits            = containers.value.resources.limits
          startup_cpu_boost = true
        }

        startup_probe {
          period_seconds    = containers.value.startupProbe.periodSeconds
          timeout_seconds   = containers.value.startupProbe.timeoutSeconds
          failure_threshold = containers.value.startupProbe.failureThreshold
          http_get {
            path = containers.value.startupProbe.httpGet.path
            port = containers.value.startupProbe.httpGet.port
          }
        }

        liveness_probe {
          period_seconds    = containers.value.livenessProbe.periodSeconds
          timeout_seconds   = containers.value.livenessProbe.timeoutSeconds
          failure_threshold = containers.value.livenessProbe.failureThreshold
          http_get {
            path = containers.value.livenessProbe.httpGet.path
            port = containers.value.livenessProbe.httpGet.port
          }
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = var.image != ""
      error_message = "Stages on Cloud Run need the variable image."
    }
  }

  # A stage reads its configuration at its start.
  depends_on = [google_storage_bucket_iam_member.reads_files]
}

resource "google_cloud_run_v2_service_iam_member" "push_calls" {
  for_each = google_cloud_run_v2_service.stage
  name     = each.value.name
  location = each.value.location
  role     = "roles/run.invoker"
  member   = local.member["push"]
}
