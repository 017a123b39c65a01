packer {
  required_plugins {
    amazon  = { source = "github.com/hashicorp/amazon", version = "1.3.9" }
    ansible = { source = "github.com/hashicorp/ansible", version = "1.1.4" }
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "instance_type" {
  type    = string
  default = "t3.small"
}

source "amazon-ebs" "node" {
  region        = var.region
  instance_type = var.instance_type
  ssh_username  = "admin"
  ami_name      = "shop-node-{{timestamp}}"

  source_ami_filter {
    filters = {
      name                = "debian-12-amd64-*"
      architecture        = "x86_64"
      root-device-type    = "ebs"
      virtualization-type = "hvm"
    }
    owners      = ["136693071363"]
    most_recent = true
  }
}

build {
  sources = ["source.amazon-ebs.node"]

  provisioner "shell" {
    inline = [
      "sudo apt-get update",
      "sudo apt-get install --yes ansible-core",
    ]
  }

  provisioner "ansible-local" {
    playbook_file = "../ansible/node.yml"
    role_paths    = ["../ansible/roles/node"]
  }
}
