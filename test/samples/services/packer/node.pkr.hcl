# A machine image in the form that Millrace expects: it says under which name, from which image and with which tags.

variable "source_ami" {
  type = string
}

variable "ami_name" {
  type = string
}

variable "region" {
  type = string
}

variable "description" {
  type    = string
  default = "Node of the services"
}

variable "instance_type" {
  type    = string
  default = "t3.small"
}

variable "ssh_username" {
  type    = string
  default = "admin"
}

variable "associate_public_ip_address" {
  type    = bool
  default = true
}

variable "greeting" {
  type    = string
  default = "welcome"
}

# Made for one run, tagged, and removed after it; empty where Packer is to make them itself.

variable "ssh_keypair_name" {
  type    = string
  default = ""
}

variable "ssh_private_key_file" {
  type    = string
  default = ""
}

variable "security_group_id" {
  type    = string
  default = ""
}

variable "tags" {
  type = map(string)
}

variable "run_tags" {
  type = map(string)
}

# For a stand-in of AWS; empty or false against the real one.

variable "custom_endpoint_ec2" {
  type    = string
  default = ""
}

variable "skip_metadata_api_check" {
  type    = bool
  default = false
}

variable "skip_credential_validation" {
  type    = bool
  default = false
}

variable "ssh_host" {
  type    = string
  default = ""
}

variable "ssh_port" {
  type    = number
  default = 22
}

source "amazon-ebs" "node" {
  region                      = var.region
  source_ami                  = var.source_ami
  instance_type               = var.instance_type
  ami_name                    = var.ami_name
  ami_description             = var.description
  associate_public_ip_address = var.associate_public_ip_address

  ssh_username              = var.ssh_username
  ssh_host                  = var.ssh_host
  ssh_port                  = var.ssh_port
  ssh_timeout               = "5m"
  ssh_keypair_name          = var.ssh_keypair_name
  ssh_private_key_file      = var.ssh_private_key_file
  temporary_key_pair_name   = var.ssh_keypair_name
  ssh_clear_authorized_keys = true
  security_group_id         = var.security_group_id

  custom_endpoint_ec2        = var.custom_endpoint_ec2
  skip_metadata_api_check    = var.skip_metadata_api_check
  skip_credential_validation = var.skip_credential_validation

  aws_polling {
    delay_seconds = 1
    max_attempts  = 600
  }

  tags            = var.tags
  snapshot_tags   = var.tags
  run_tags        = var.run_tags
  run_volume_tags = var.run_tags
}

build {
  sources = ["source.amazon-ebs.node"]

  # Through the environment, which Packer quotes: in extra_arguments a value would be a shell's to interpret.
  provisioner "shell" {
    environment_vars = ["VALUES=${jsonencode({ motd_greeting = var.greeting })}"]
    inline           = ["printf '%s' \"$VALUES\" >/tmp/values.json"]
  }

  provisioner "ansible-local" {
    playbook_file = "${path.root}/../ansible/node.yml"
    role_paths = [
      "${path.root}/../ansible/roles/base",
      "${path.root}/../ansible/roles/motd",
    ]
    extra_arguments         = ["-e", "ansible_python_interpreter=/usr/bin/python3", "-e", "@/tmp/values.json"]
    clean_staging_directory = true
  }
}
