output "services" {
  description = "Where each stage on Cloud Run takes deliveries; deploy/cloud-run/push asks for these itself."
  value       = { for stage, service in google_cloud_run_v2_service.stage : stage => service.uri }
}

output "accounts" {
  description = "Each job's service account."
  value       = { for job, account in google_service_account.job : job => account.email }
}

output "conductor" {
  description = "The conductor's account, and the machines that it starts and stops (cloud.consumers)."
  value = var.conducted ? {
    account   = google_service_account.conductor[0].email
    consumers = google_compute_instance_from_template.consumer[*].name
  } : null
}
