output "image" {
  description = "What to call the image, before its tag."
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}/nightjar"
}
